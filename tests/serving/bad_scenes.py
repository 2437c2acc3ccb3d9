"""Bad requests for whole scenes and for clips, and how the service must answer each."""

import gzip

from tests.serving.cases import JPEG, LINK, PNG, TEXT, Case, body, encoded, png

SCENES = [
    *[
        Case(
            f"min_score {said!r}",
            400,
            "bad_min_score",
            path,
            options={"files": {field: PNG}, "data": {"min_score": said}},
        )
        for path, field in (("/detect", "image"), ("/detect_batch", "images"))
        for said in ("-0.1", "1.01", "2", "", ".", "1e-3", "NaN", "inf", "0,5", "٠", "9" * 500)
    ],
    Case(
        "min_score as a file",
        400,
        "bad_min_score",
        "/annotate",
        options={"files": {"image": PNG, "min_score": b"0"}},
    ),
    *[
        Case(
            f"lang {said!r} of {path}",
            400,
            "bad_lang",
            path,
            options={"files": {field: PNG}, "data": {"lang": said}},
        )
        for path, field in (("/annotate", "image"), ("/track", "clip"))
        for said in ("", "fr", "DE", "de-DE", "en,de")
    ],
    Case(
        "lang for an answer that has both",
        400,
        "unknown_field",
        "/detect",
        options={"files": {"image": PNG}, "data": {"lang": "de"}},
    ),
    Case(
        "top_k for a scene",
        400,
        "unknown_field",
        "/detect",
        options={"files": {"image": PNG}, "data": {"top_k": "3"}},
    ),
    Case(
        "a query for a scene",
        400,
        "unknown_parameter",
        "/annotate?min_score=0",
        options={"files": {"image": PNG}},
    ),
    Case(
        "scenes for one",
        400,
        "too_many_images",
        "/detect",
        options={"files": [("image", PNG), ("image", PNG)]},
    ),
    Case(
        "scenes without a form",
        415,
        "not_multipart",
        "/detect_batch",
        options=body(PNG, "image/png"),
    ),
    Case(
        "no scenes",
        400,
        "missing_field",
        "/detect_batch",
        options={"files": {"min_score": (None, "0")}},
    ),
    *[
        Case(f"{name} to {path[1:]}", status, code, path, options={"files": {"image": data}})
        for path in ("/detect", "/annotate")
        for name, status, code, data in (
            ("no bytes", 422, "bad_image", b""),
            ("text", 415, "unknown_format", TEXT),
            ("a link", 415, "unknown_format", LINK.encode()),
            ("half a JPEG", 422, "bad_image", JPEG[: len(JPEG) // 2]),
            ("one pixel", 422, "bad_image", encoded("PNG", (1, 1))),
            ("20,000 x 1", 422, "bad_image", encoded("PNG", (20_000, 1))),
            ("a bomb", 422, "bad_image", encoded("PNG", (2500, 2500))),
            ("a bomb's header", 422, "bad_image", png(2**31 - 1, 2**31 - 1)),
            ("a film", 415, "unknown_format", b"\0\0\0\x18ftypisom" + bytes(60)),
        )
    ],
]
CLIPS = [
    *[
        Case(
            f"{field} {said!r}",
            400,
            f"bad_{field}",
            "/track",
            options={"files": {"clip": b"x"}, "data": {field: said}},
        )
        for field, values in (
            ("every", ("0", "-1", "1.5", "two", "", "1e3", "1000000000")),
            ("max_seconds", ("0", "-1", "nan", "inf", "", "1e3", "0,5", "٣")),
        )
        for said in values
    ],
    Case(
        "every as a file",
        400,
        "bad_every",
        "/track",
        options={"files": {"clip": b"x", "every": b"2"}},
    ),
    Case(
        "top_k for a clip",
        400,
        "unknown_field",
        "/track",
        options={"files": {"clip": b"x"}, "data": {"top_k": "3"}},
    ),
    Case("an image for a clip", 400, "unknown_field", "/track", options={"files": {"image": PNG}}),
    Case("no clip", 400, "missing_field", "/track", options={"files": {"every": (None, "2")}}),
    Case(
        "two clips",
        400,
        "too_many_images",
        "/track",
        options={"files": [("clip", b"x"), ("clip", b"x")]},
    ),
    Case(
        "a path for a clip",
        400,
        "not_a_file",
        "/track",
        options={"files": {"clip": (None, "/etc/passwd")}},
    ),
    Case(
        "a link in a clip's file",
        415,
        "unknown_format",
        "/track",
        options={"files": {"clip": LINK.encode()}},
    ),
    Case(
        "an image without a form for a clip",
        415,
        "not_multipart",
        "/track",
        options=body(PNG, "image/png"),
    ),
    Case("json for a clip", 415, "not_multipart", "/track", options={"json": {"clip": "x"}}),
    Case(
        "a query for a clip",
        400,
        "unknown_parameter",
        "/track?every=2",
        options={"files": {"clip": b"x"}},
    ),
    Case(
        "a compressed clip",
        400,
        "bad_form",
        "/track",
        options={
            "content": gzip.compress(TEXT),
            "headers": {"content-type": "video/mp4", "content-encoding": "gzip"},
        },
    ),
    *[
        Case(f"{method} {rest} of no job", 404, "no_job", f"/track/{job}{rest}", method)
        for job in ("0" * 32, "x", "lock", "%00")
        for method, rest in (("GET", ""), ("GET", "/result"), ("GET", "/clip"), ("POST", "/cancel"))
    ],
    Case("a job's path too long", 404, "not_found", "/track/x/clip/x", "GET"),
    Case("a job upwards", 404, "not_found", "/track/..%2Flock", "GET"),
    Case("another path of a job", 404, "not_found", "/track/x/frames", "GET"),
    Case("a query for a job", 400, "unknown_parameter", "/track/x?x=1", "GET"),
    Case("to get an end", 405, "wrong_method", "/track/x/cancel", "GET"),
    Case("to delete a job", 405, "wrong_method", "/track/x", "DELETE"),
]
