"""Where plugins are found: folders with a plugin.toml (the built-in ones among them, found like a
stranger's) and installed packages by entry point. Finding reads manifests only; no line of a plugin runs
until `Found.load` is called."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from aggregator.contract.hooks import ENTRY_POINT_GROUP
from aggregator.sync.manifest import FILE_NAME, Manifest, ManifestError, read_manifest

Source = Literal["bawaan", "folder", "paket"]


@dataclass(frozen=True, slots=True)
class PluginFolder:
    """A folder that is a plugin, or that holds plugin folders. `package` is the import name of a folder of
    built-in plugins ("plugins"); others are imported from their files."""

    path: Path
    package: str | None = None

    @property
    def source(self) -> Source:
        return "bawaan" if self.package else "folder"


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin before any of its code ran: its manifest, or the `fault` that keeps it from being loaded.
    `load` imports it and may raise anything at all."""

    name: str
    source: Source
    path: str
    load: Callable[[], Any]
    manifest: Manifest | None = None
    fault: str | None = None


def find_plugins(folders: Sequence[PluginFolder], *, entry_points: bool) -> Iterator[Found]:
    """Every plugin, usable or not: those in folders first, in the order given and by name within."""
    for folder in folders:
        yield from _in_folder(folder)
    if entry_points:
        for entry in sorted(importlib.metadata.entry_points(group=ENTRY_POINT_GROUP), key=lambda e: e.name):
            yield _from_entry_point(entry)


def _in_folder(folder: PluginFolder) -> Iterator[Found]:
    if (folder.path / FILE_NAME).is_file():
        yield _from_path(folder, folder.path)
        return
    if not folder.path.is_dir():
        yield _broken(folder.path.name, folder.source, str(folder.path), "the folder does not exist")
        return
    for path in sorted(folder.path.iterdir()):
        if (path / FILE_NAME).is_file() or (not folder.package and (path / "__init__.py").is_file()):
            found = _from_path(folder, path)
            if not (folder.package and found.manifest and found.manifest.example):
                yield found


def _from_path(folder: PluginFolder, path: Path) -> Found:
    try:
        manifest = read_manifest(_bytes_of(path / FILE_NAME))
    except ManifestError as error:
        return _broken(path.name, folder.source, str(path), str(error))
    load = _builtin_loader(folder.package, path) if folder.package else _file_loader(manifest.id, path)
    submodule = manifest.module
    return Found(manifest.id, folder.source, str(path), lambda: load(submodule), manifest)


def _bytes_of(manifest: Path) -> bytes:
    try:
        return manifest.read_bytes()
    except OSError as error:
        raise ManifestError(f"{FILE_NAME} cannot be read: {error.strerror or type(error).__name__}") from None


def _broken(name: str, source: Source, path: str, fault: str) -> Found:
    def load() -> None:
        raise ManifestError(fault)

    return Found(name, source, path, load, fault=fault)


def _builtin_loader(package: str, path: Path) -> Callable[[str], ModuleType]:
    def load(submodule: str) -> ModuleType:
        module = importlib.import_module(_join(f"{package}.{path.name}", submodule))
        if not Path(module.__file__ or "").resolve().is_relative_to(path.resolve()):
            raise ImportError(f"the name {module.__name__} belongs to another package at {module.__file__}")
        return module

    return load


def _file_loader(plugin_id: str, path: Path) -> Callable[[str], ModuleType]:
    """Imports the folder as a package of its own name, so that its relative imports work and nobody else's
    modules are shadowed."""
    name = "sahut_plugin_" + plugin_id.replace("-", "_")

    def load(submodule: str) -> ModuleType:
        _forget(name)
        spec = importlib.util.spec_from_file_location(
            name, path / "__init__.py", submodule_search_locations=[str(path)]
        )
        if spec is None or spec.loader is None:
            raise ImportError("the folder cannot be imported as a package")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
            return importlib.import_module(_join(name, submodule)) if submodule else module
        except BaseException:  # whatever it was, half a package must not stay behind
            _forget(name)
            raise

    return load


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if name == package or name.startswith(package + ".")]:
        del sys.modules[name]


def _join(package: str, submodule: str) -> str:
    return f"{package}.{submodule}" if submodule else package


def _from_entry_point(entry: importlib.metadata.EntryPoint) -> Found:
    folder = _folder_of(entry.module)
    if folder is None:
        fault = f"no package named {entry.module} holds a {FILE_NAME}"
        return _broken(entry.name, "paket", entry.value, fault)
    try:
        manifest = read_manifest(_bytes_of(folder / FILE_NAME))
    except ManifestError as error:
        return _broken(entry.name, "paket", str(folder), str(error))
    return Found(manifest.id, "paket", str(folder), entry.load, manifest)


def _folder_of(module: str) -> Path | None:
    """The folder of an installed package, without importing it: importlib imports the parents of a dotted
    name, so only the top one is asked for and the rest is walked."""
    top, *below = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location, *below)
        if (folder / FILE_NAME).is_file():
            return folder
    return None
