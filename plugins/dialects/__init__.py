"""What plugins of one company have in common: how calls are signed, how pages follow each other, what error codes mean.

No plugin: it has no name-plate and no hook.
"""
