"""Lines, devices and points over the API."""


def test_parts_of_a_source(world, program):
    asks, source = program(world.songxi.liaison), world.songxi.boiler.source_id
    made = asks.write(f"sources/{source}/lines", {"name": "一号线", "fuel": "gas"})
    assert made.status_code == 201, made.content.decode()
    line = made.json()["lines"][0]["id"]
    assert asks.write(f"sources/{source}/lines", {"name": "一号线"}).status_code == 422
    body = {"name": "除尘1", "kind": "dust.cyclone", "lines": [line]}
    device = asks.write(f"sources/{source}/devices", body).json()["devices"][0]
    assert (device["obsolete"], device["lines"]) == (True, [{"id": line, "name": "一号线"}])
    body = {"name": "1号口", "kind": "main", "height": 15, "pollutants": ["dust"], "devices": [device["id"]]}
    point = asks.write(f"sources/{source}/points", body).json()["points"][0]
    wrong = asks.write(f"sources/points/{point['id']}", {"lines": [10**6]}, method="PUT")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["lines"])
    changed = asks.write(f"sources/devices/{device['id']}", {"kind": "dust.bag"}, method="PUT").json()["devices"][0]
    assert (changed["obsolete"], changed["lines"]) == (False, device["lines"])
    stop = {"on": "2026-01-01", "reason": "拆除"}
    assert asks.write(f"sources/points/{point['id']}/stop", stop).json()["points"][0]["stopped"] == "2026-01-01"
    assert asks.write(f"sources/points/{point['id']}/stop", stop).status_code == 409
    assert asks.write(f"sources/points/{point['id']}/resume", {"reason": "误"}).json()["points"][0]["stopped"] is None
    assert asks.write(f"sources/chimneys/{point['id']}/stop", stop).status_code in (404, 422)

    other = program(world.liuwan.liaison)
    assert other.read(f"sources/{source}/parts").status_code == 404
    assert other.write(f"sources/{source}/lines", {"name": "x"}).status_code == 404
    assert other.write(f"sources/lines/{line}", {"name": "x"}, method="PUT").status_code == 404
    assert other.write(f"sources/lines/{line}/stop", stop).status_code == 404
    firm = program(world.firms[0].liaison)
    assert len(firm.read(f"sources/{source}/parts").json()["lines"]) == 1
    assert firm.write(f"sources/{source}/lines", {"name": "x"}).status_code == 403
