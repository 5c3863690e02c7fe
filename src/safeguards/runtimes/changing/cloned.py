"""A container's settings as those of another one with a newer image: pure.

What the old image said, and the container only took over, is left to the new image to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from safeguards.runtimes.changing.override import ROUTED_BY
from safeguards.runtimes.changing.tools import Raw

INHERITED = ("WorkingDir", "User", "StopSignal", "Healthcheck", "Shell", "Entrypoint", "OnBuild")
"""Settings that an image gives to a container which sets none itself."""

OWN = ("Image", "Env", "Labels", "Cmd", "ExposedPorts", "Volumes", "Hostname", *INHERITED)

Network = tuple[str, Mapping[str, Any]]
"""A network's name, and how the container is on it."""


def replacement(raw: Raw, image: Raw | None, name: str) -> tuple[Mapping[str, Any], list[Network]]:
    """The body that makes the same container from the image `name`, and its further networks."""
    host = dict(raw["HostConfig"])
    host["Binds"], host["Mounts"] = _binds(raw), _mounts(raw)
    host["Links"] = _links(host.get("Links") or ())
    networks = [(each, _endpoint(raw, how)) for each, how in _networks(raw).items()]
    first, others = _first(networks, raw)
    body = {**_settings(raw, image), "Image": name, "HostConfig": host}
    if first is not None:
        body["NetworkingConfig"] = {"EndpointsConfig": dict([first])}
    return body, others


def beside(
    raw: Raw, image: Raw | None, name: str, labels: Mapping[str, str], command: Sequence[str]
) -> tuple[Mapping[str, Any], list[Network]]:
    """The body of a place: the same surroundings, but no port, name, route or address of it.

    With a command it runs that and is not asked for its health.
    """
    body, _ = replacement(raw, image, name)
    settings = {key: value for key, value in body.items() if key not in {"Hostname", "MacAddress"}}
    settings["Env"] = [e for e in settings["Env"] if e.partition("=")[0] not in ROUTED_BY]
    settings["Labels"] = dict(labels)
    host = settings["HostConfig"] | {
        "PortBindings": {},
        "PublishAllPorts": False,
        "RestartPolicy": {"Name": "no"},
        "AutoRemove": False,
        "ContainerIDFile": "",
    }
    if command:
        settings |= {"Entrypoint": [command[0]], "Cmd": list(command[1:])}
        settings["Healthcheck"] = {"Test": ["NONE"]}
    networks: list[Network] = [(each, {}) for each in _networks(raw)]
    first, others = _first(networks, raw)
    settings["NetworkingConfig"] = {"EndpointsConfig": dict([first] if first else [])}
    return {**settings, "HostConfig": host}, others


def has_own_network(raw: Raw) -> bool:
    """Whether a second one would not meet the first at a port."""
    mode = str(raw["HostConfig"].get("NetworkMode", ""))
    return mode != "host" and not mode.startswith("container:")


def _settings(raw: Raw, image: Raw | None) -> dict[str, Any]:
    config, given = raw["Config"], (image or {}).get("Config") or {}
    kept = {key: value for key, value in config.items() if key not in OWN and value is not None}
    kept |= {k: config[k] for k in INHERITED if config.get(k) and config[k] != given.get(k)}
    kept["Env"] = [each for each in config.get("Env") or () if each not in (given.get("Env") or ())]
    for key in ("Labels", "ExposedPorts", "Volumes"):
        images = given.get(key) or {}
        own = (config.get(key) or {}).items()
        kept[key] = {k: v for k, v in own if k not in images or images[k] != v}
    # An entrypoint of the container's own takes away the image's command.
    if "Entrypoint" in kept or config.get("Cmd") != given.get("Cmd"):
        kept["Cmd"] = config.get("Cmd")
    if config.get("Hostname") and config["Hostname"] != str(raw["Id"])[:12]:
        kept["Hostname"] = config["Hostname"]
    return kept


def _binds(raw: Raw) -> list[str]:
    """Bind mounts and volumes, those without a name of the user's too: their data goes along."""
    binds = list(raw["HostConfig"].get("Binds") or ())
    there = {_target(each) for each in binds}
    there |= {each.get("Target") for each in raw["HostConfig"].get("Mounts") or ()}
    for each in raw.get("Mounts") or ():
        if each.get("Type") == "volume" and each["Destination"] not in there:
            mode = "" if each.get("RW", True) else ":ro"
            binds.append(f"{each['Name']}:{each['Destination']}{mode}")
    return binds


def _target(bind: str) -> str:
    """The path inside of `source:target[:options]`."""
    parts = bind.split(":")
    return parts[1] if len(parts) > 1 else parts[0]


def _mounts(raw: Raw) -> list[Mapping[str, Any]]:
    names = {m["Destination"]: m.get("Name") for m in raw.get("Mounts") or ()}
    return [
        {**each, "Source": names[each["Target"]]}
        if each.get("Type") == "volume" and not each.get("Source") and names.get(each["Target"])
        else each
        for each in raw["HostConfig"].get("Mounts") or ()
    ]


def _links(links: Sequence[str]) -> list[str]:
    """`/database:/web/db`, as the engine tells them, as `database:db`, as it wants them."""
    pairs = (each.partition(":") for each in links)
    return [f"{name.lstrip('/')}:{alias.rpartition('/')[2]}" for name, _, alias in pairs]


def _networks(raw: Raw) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (raw.get("NetworkSettings") or {}).get("Networks") or {}
    return found if has_own_network(raw) else {}


def _endpoint(raw: Raw, how: Mapping[str, Any]) -> Mapping[str, Any]:
    short = str(raw["Id"])[:12]
    kept = {key: how[key] for key in ("IPAMConfig", "Links", "DriverOpts") if how.get(key)}
    aliases = [each for each in how.get("Aliases") or () if each != short]
    return {**kept, "Aliases": aliases} if aliases else kept


def _first(networks: list[Network], raw: Raw) -> tuple[Network | None, list[Network]]:
    """Older engines take one network when a container is made: that of its mode."""
    mode = raw["HostConfig"].get("NetworkMode", "")
    known = _networks(raw)
    for each in networks:
        if mode in {each[0], known[each[0]].get("NetworkID")}:
            return each, [other for other in networks if other is not each]
    return None, [each for each in networks if each[0] not in {"bridge", "none"}]
