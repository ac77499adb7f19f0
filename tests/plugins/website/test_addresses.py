"""Addresses as people paste them: sites, their articles, feeds and mobile pages, blogs under every country's name."""

from __future__ import annotations

import pytest

from plugins.website.platform import Website

BLOGS = [
    "https://kec-sukamaju.blogspot.com",
    "kec-sukamaju.blogspot.com/",
    "http://kec-sukamaju.blogspot.co.id/",
    "https://www.kec-sukamaju.blogspot.com/?m=1",
    "https://kec-sukamaju.blogspot.sg/2026/03/jadwal-posyandu.html",
    "https://kec-sukamaju.blogspot.com.au/search/label/posyandu",
    "https://KEC-Sukamaju.Blogspot.com/2026/03/jadwal-posyandu.html?showComment=1785809700001#c999",
    "https://kec-sukamaju.blogspot.de/p/profil.html?m=1",
    "https://kec-sukamaju.blogspot.com/feeds/comments/default?alt=json",
    "https://kec-sukamaju.blogspot.com/feeds/55/comments/default",
    "https://kec-sukamaju.blogspot.com:443/2026/",
    "  https://kec-sukamaju.blogspot.com/?view=sidebar  ",
]
PAGES = [
    "https://dinas.contoh.go.id/2026/03/judul-berita/",
    "https://dinas.contoh.go.id/2026/03/14/judul-berita/amp/",
    "https://dinas.contoh.go.id/?p=123",
    "https://www.dinas.contoh.go.id/?p=123&preview=true#comment-9",
    "http://dinas.contoh.go.id/index.php?option=com_content&view=article&id=7",
    "https://dinas.contoh.go.id/index.php/berita/12-judul-berita",
    "https://dinas.contoh.go.id/index.php/2026/03/14/judul/",
    "https://dinas.contoh.go.id/berita/judul-berita/feed/",
    "https://dinas.contoh.go.id/feed/",
    "https://dinas.contoh.go.id/comments/feed/",
    "https://dinas.contoh.go.id/wp-json/wp/v2/posts?per_page=1",
    "https://dinas.contoh.go.id/wp-content/uploads/2026/03/surat.pdf",
    "https://dinas.contoh.go.id/amp/",
    "https://dinas.contoh.go.id/jalan-rusak/amp",
    "https://dinas.contoh.go.id/bupati-resmikan-jembatan-baru-di-sukamaju/",
    "https://dinas.contoh.go.id/category/berita/page/2/",
    "https://dinas.contoh.go.id/tag/jalan/",
    "https://dinas.contoh.go.id/read/4411/jembatan-baru",
    "https://dinas.contoh.go.id/4411",
    "https://dinas.contoh.go.id/pengumuman.html",
    "https://dinas.contoh.go.id/node/77",
    "https://dinas.contoh.go.id/component/content/article/9-judul",
    "https://dinas.contoh.go.id/page/3/?s=jalan",
]
SUB_SITES = {
    "https://kab.contoh.go.id/dinas/pu/": "kab.contoh.go.id/dinas/pu",
    "https://kab.contoh.go.id/dpupr/2026/03/judul/": "kab.contoh.go.id/dpupr",
    "https://kab.contoh.go.id/dpupr/?p=123": "kab.contoh.go.id/dpupr",
    "https://kab.contoh.go.id/dpupr/wp-json/": "kab.contoh.go.id/dpupr",
    "https://kab.contoh.go.id/dpupr/bupati-resmikan-jembatan-baru-di-sukamaju/": "kab.contoh.go.id/dpupr",
    "https://kab.contoh.go.id/desa-suka-maju-timur-laut/": "kab.contoh.go.id/desa-suka-maju-timur-laut",
    "https://kab.contoh.go.id/dinas-pekerjaan-umum-dan-penataan-ruang/": (
        "kab.contoh.go.id/dinas-pekerjaan-umum-dan-penataan-ruang"
    ),
    "https://kab.contoh.go.id/sukamaju/feed/": "kab.contoh.go.id/sukamaju",
}
JUNK = [
    "kec-sukamaju",
    "@kec_sukamaju",
    "https://www.blogger.com/profile/1234567890",
    "https://draft.blogger.com/blog/posts/111",
    "https://disqus.com/by/siti/",
    "https://kec-sukamaju.disqus.com/admin/",
    "blogspot",
    "https://.blogspot.com/",
    "mailto:camat@contoh.go.id",
]


@pytest.mark.parametrize("address", BLOGS)
def test_one_blog_has_one_key(address):
    found = Website().resolve(address)
    assert found is not None
    assert (found.key, found.url) == ("kec-sukamaju.blogspot.com", "https://kec-sukamaju.blogspot.com/")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_of_a_site_means_the_site(address):
    found = Website().resolve(address)
    assert found is not None
    assert found.key == "dinas.contoh.go.id"


@pytest.mark.parametrize(("address", "key"), SUB_SITES.items())
def test_a_site_in_a_folder_keeps_its_folder(address, key):
    found = Website().resolve(address)
    assert found is not None
    assert found.key == key
    assert Website().resolve(found.url) == found


@pytest.mark.parametrize("address", JUNK)
def test_what_is_no_site_of_an_office(address):
    assert Website().resolve(address) is None
