"""Accounts of people: log-in, sessions, invitations, the second factor, single sign-on, substitutes, and their end."""

from aggregator.services.people.invitations import Invitations
from aggregator.services.people.leaving import Leaving
from aggregator.services.people.log_in import People
from aggregator.services.people.passwords import Passwords
from aggregator.services.people.registering import Newcomer
from aggregator.services.people.second_factor import SecondFactor
from aggregator.services.people.sessions import Entrance, Sessions, Stage
from aggregator.services.people.single_sign_on import SingleSignOn
from aggregator.services.people.staff import Staff
from aggregator.services.people.substitutes import Substitutes

__all__ = [
    "Entrance", "Invitations", "Leaving", "Newcomer", "Passwords", "People", "SecondFactor", "Sessions",
    "SingleSignOn", "Staff", "Stage", "Substitutes",
]  # fmt: skip
