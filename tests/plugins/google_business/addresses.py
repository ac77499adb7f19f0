"""What people paste, and the location it names."""

from __future__ import annotations

ADDRESSES: dict[str, str | None] = {
    "accounts/1100/locations/2200": "locations/2200",
    "locations/2200": "locations/2200",
    "https://business.google.com/n/2200/profile?fid=77": "locations/2200",
    "https://business.google.com/n/2200/reviews": "locations/2200",
    "https://business.google.com/reviews/l/2200?hl=id": "locations/2200",
    "business.google.com/dashboard/l/2200": "locations/2200",
    "https://mybusiness.googleapis.com/v4/accounts/1100/locations/2200/reviews": "locations/2200",
    "https://maps.google.com/maps?cid=6601558139834927": "cid/6601558139834927",
    "https://www.google.com/maps?cid=6601558139834927&hl=id": "cid/6601558139834927",
    "https://maps.google.co.id/?cid=6601558139834927": "cid/6601558139834927",
    "https://www.google.com/maps/place/Puskesmas+Contoh/@-7.1,110.4,17z/data=!3m1!4b1!4m6!3m5!1s0x2e70f4aa:0x1774133a5a56ef"
    "!8m2!3d-7.1!4d110.4?entry=ttu": "cid/6601550396544751",
    "https://search.google.com/local/writereview?placeid=ChIJPuskesmasContoh01": "place/ChIJPuskesmasContoh01",
    "https://search.google.com/local/reviews?placeid=ChIJPuskesmasContoh01": "place/ChIJPuskesmasContoh01",
    "https://www.google.com/maps/place/?q=place_id:ChIJPuskesmasContoh01": "place/ChIJPuskesmasContoh01",
    "https://www.google.com/maps/search/?api=1&query=Puskesmas&query_place_id=ChIJPuskesmasContoh01": (
        "place/ChIJPuskesmasContoh01"
    ),
    "https://maps.app.goo.gl/Zt1QqvA0bFzKxQ8d9": None,
    "https://g.page/r/CVxyz123/review": None,
    "https://www.google.com/search?q=puskesmas+contoh": None,
    "https://www.google.com/maps/@-7.1,110.4,17z": None,
    "https://www.google.com/maps?cid=0": None,
    "https://www.google.com/maps?cid=abc": None,
    "https://business.google.com/": None,
    "https://maps.google.com.example.org/maps?cid=6601558139834927": None,
    "Puskesmas Contoh": None,
    "@puskesmascontoh": None,
    "https://www.facebook.com/puskesmascontoh": None,
}
