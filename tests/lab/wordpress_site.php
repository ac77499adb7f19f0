<?php
/*
 * The inside of the WordPress laboratory: installs a site and changes it with WordPress' own functions.
 *
 * Reads one JSON object {"do": NAME, ...} per line from standard input and answers one line of JSON each.
 */

error_reporting(E_ALL & ~E_DEPRECATED & ~E_NOTICE & ~E_WARNING);
$_SERVER += ['SERVER_PROTOCOL' => 'HTTP/1.1', 'HTTP_HOST' => getenv('LAB_HOST'), 'REQUEST_METHOD' => 'GET',
             'REMOTE_ADDR' => '127.0.0.1', 'REQUEST_URI' => '/', 'PHP_SELF' => '/index.php'];
if (getenv('LAB_INSTALL')) {
    define('WP_INSTALLING', true);
}
ob_start();
require getenv('LAB_SITE') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
ob_end_clean();

function lab_pdate($unix) {
    return ['gmt' => gmdate('Y-m-d H:i:s', $unix), 'local' => get_date_from_gmt(gmdate('Y-m-d H:i:s', $unix))];
}

function lab_install($order) {
    $done = wp_install('Dinas Contoh', 'kepala', 'kepala@contoh.invalid', true, '', $order['password']);
    wp_delete_comment(1, true);
    return ['admin' => $done['user_id']];
}

function lab_option($order) {
    foreach ($order['options'] as $name => $value) {
        update_option($name, $value);
    }
    if (isset($order['options']['permalink_structure'])) {
        global $wp_rewrite;
        $wp_rewrite->init();
        $wp_rewrite->set_permalink_structure($order['options']['permalink_structure']);
        $wp_rewrite->flush_rules(false);
    }
    return [];
}

function lab_theme($order) {
    switch_theme($order['theme']);
    return ['theme' => get_stylesheet()];
}

function lab_user($order) {
    $id = wp_insert_user(['user_login' => $order['login'], 'user_pass' => wp_generate_password(), 'role' => $order['role'],
                          'display_name' => $order['name'], 'user_email' => $order['login'] . '@contoh.invalid']);
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'lab' . wp_rand()]);
    return ['id' => $id, 'app_password' => WP_Application_Passwords::chunk_password($password)];
}

function lab_post($order) {
    $at = lab_pdate($order['at']);
    $id = wp_insert_post(wp_slash(['post_title' => $order['title'], 'post_content' => $order['content'] ?? 'Isi berita.',
        'post_author' => $order['author'], 'post_type' => $order['type'] ?? 'post', 'post_status' => $order['status'] ?? 'publish',
        'post_password' => $order['password'] ?? '', 'post_date' => $at['local'], 'post_date_gmt' => $at['gmt'],
        'comment_status' => 'open']), true);
    return ['id' => $id, 'url' => get_permalink($id)];
}

function lab_comments($order) {
    $ids = [];
    foreach ($order['comments'] as $one) {
        $at = lab_pdate($one['at']);
        $user = empty($one['user']) ? null : get_userdata($one['user']);
        $parent = isset($one['parent_index']) ? $ids[$one['parent_index']] : ($one['parent'] ?? 0);
        $ids[] = wp_insert_comment(wp_filter_comment(wp_slash([
            'comment_post_ID' => $one['post'], 'comment_parent' => $parent, 'comment_content' => $one['text'],
            'comment_author' => $user ? $user->display_name : $one['name'],
            'comment_author_email' => $user ? $user->user_email : 'warga@contoh.invalid', 'comment_author_url' => '',
            'comment_author_IP' => '127.0.0.1', 'comment_agent' => 'lab', 'user_id' => $user ? $user->ID : 0,
            'comment_date' => $at['local'], 'comment_date_gmt' => $at['gmt'],
            'comment_approved' => $one['status'] ?? 1, 'comment_type' => $one['type'] ?? 'comment'])));
    }
    return ['ids' => $ids];
}

function lab_edit($order) {
    wp_update_comment(wp_slash(['comment_ID' => $order['id'], 'comment_content' => $order['text']]));
    return [];
}

function lab_status($order) {
    return ['ok' => $order['status'] === 'delete' ? wp_delete_comment($order['id'], true)
                                                   : wp_set_comment_status($order['id'], $order['status'])];
}

function lab_post_status($order) {
    wp_update_post(['ID' => $order['id'], 'post_status' => $order['status']]);
    return [];
}

function lab_public($order) {
    /* What a visitor can see, computed by WordPress itself. */
    global $wpdb;
    $rows = $wpdb->get_results("SELECT c.* FROM $wpdb->comments c JOIN $wpdb->posts p ON p.ID = c.comment_post_ID
        WHERE c.comment_approved = '1' AND c.comment_type = 'comment' AND p.post_status = 'publish' AND p.post_password = ''
        ORDER BY c.comment_ID");
    $public = [];
    foreach ($rows as $row) {
        $comment = get_comment($row);
        $public[] = ['id' => (string) $row->comment_ID, 'parent' => (string) $row->comment_parent, 'post' => (string) $row->comment_post_ID,
            'author' => html_entity_decode($row->comment_author, ENT_QUOTES), 'user' => (int) $row->user_id,
            'date_gmt' => str_replace(' ', 'T', $row->comment_date_gmt),
            'html' => apply_filters('comment_text', $row->comment_content, $comment, []), 'raw' => $row->comment_content];
    }
    return ['comments' => $public, 'total' => (int) get_comments(['count' => true, 'type' => 'comment', 'status' => 'approve'])];
}

while (($line = fgets(STDIN)) !== false) {
    $order = json_decode($line, true);
    try {
        $answer = ('lab_' . $order['do'])($order);
        wp_cache_flush();
    } catch (Throwable $error) {
        $answer = ['error' => get_class($error) . ': ' . $error->getMessage()];
    }
    fwrite(STDOUT, json_encode($answer) . "\n");
}
