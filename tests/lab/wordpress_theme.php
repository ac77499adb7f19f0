<!DOCTYPE html><html><head><meta charset='utf-8'><?php wp_head(); ?></head><body <?php body_class(); ?>>
<?php while (have_posts()) : the_post(); ?>
<h1><a href='<?php the_permalink(); ?>'><?php the_title(); ?></a></h1>
<?php the_content(); if (is_singular()) { comments_template(); } endwhile; wp_footer(); ?></body></html>
