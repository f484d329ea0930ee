"""Registries: things by name, and families whose things are made when they are asked for."""

import pytest

from lantian.site.core.registries import Registry


@pytest.fixture
def fruit():
    made: list[str] = []

    def make(name):
        made.append(name)
        return name.upper() if name in ("apple", "pear") else None

    registry: Registry[str] = Registry("fruit")
    registry.register("own.plum", "plum")
    registry.family("tree", make, lambda: ["apple", "pear"])
    return registry, made


def test_a_member_of_a_family_is_made_when_it_is_asked_for(fruit):
    registry, made = fruit
    assert registry["tree.apple"] == "APPLE"
    assert "tree.stone" not in registry
    assert registry.get("tree.stone") is None
    assert made == ["apple", "stone", "stone"]
    with pytest.raises(LookupError, match=r"tree\.stone"):
        registry["tree.stone"]


def test_whoever_looks_only_at_what_is_registered_makes_nothing(fruit):
    registry, made = fruit
    assert dict(registry.registered()) == {"own.plum": "plum"}
    assert made == []
    assert dict(registry.items()) == {"own.plum": "plum", "tree.apple": "APPLE", "tree.pear": "PEAR"}
    assert len(registry) == 3
