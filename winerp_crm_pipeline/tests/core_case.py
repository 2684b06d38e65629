"""Checks what an add-on stands on of Odoo's own Python; docs/CORE.md has the reasons."""
import ast
import inspect
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import TransactionCase

# As much a part of the language as public names: of Odoo's, and of Python's named tuples.
LANGUAGE = {'_', '_fields', '_ids', '_name', '_origin', '_table', '_replace'}
OURS = 'odoo.addons.winerp_'


class CoreCase(TransactionCase):
    """An upgrade of Odoo is read, not guessed: what an add-on overrides, and calls although its name begins with ``_``,
    is listed with the signature it has in this Odoo; what is not listed fails, too."""

    addon: str

    def _check_overrides(self, overrides):
        """Compare what the add-on's classes override with what is listed.

        :param dict overrides: ``{'model.method': signature}``
        """
        found = {}
        for model_class in self.env.registry.values():
            for index, cls in enumerate(mro := inspect.getmro(model_class)):
                is_own = cls.__module__.startswith(f'odoo.addons.{self.addon}.') and (
                    cls._name == model_class._name or model_class._inherit_module.get(cls._name) == self.addon)
                if is_own:
                    for name in vars(cls):
                        if signature := self._get_signature(mro[index + 1:], name):
                            found[f'{cls._name}.{name}'] = signature
        self._compare(found, overrides, 'OVERRIDES')

    def _check_private_calls(self, calls, others=frozenset()):
        """Compare what the add-on's sources call of core's private methods with what is listed.

        :param dict calls: ``{'model.method': signature}``; the model is one that has the method
        :param set others: names that are not of models, which have a test of their own
        """
        called = self._get_private_names() - LANGUAGE
        names = {name.rpartition('.')[2] for name in calls} | others
        self.assertEqual(called - names, set(), f"is used of core: add it to {self._where('CALLS')}")
        self.assertEqual(names - called, set(), f"is no longer used: take it out of {self._where('CALLS')}")
        found = {}
        for name in calls:
            model, _dot, method = name.rpartition('.')
            found[name] = self._get_signature(inspect.getmro(self.env.registry[model]), method)
        self._compare(found, calls, 'CALLS')

    def _compare(self, found, listed, what):
        changed = {
            name: f"listed: {listed.get(name)}, found: {found.get(name)}"
            for name in listed.keys() | found.keys() if listed.get(name) != found.get(name)}
        self.assertEqual(
            changed, {}, f"Odoo, or what the add-on takes of it, has changed: read both, then mend {self._where(what)}")
        docs = Path(get_module_path(self.addon)).parent / 'docs' / 'CORE.md'
        if docs.exists():  # in the repository
            python = docs.read_text().partition('## Python')[2]
            self.assertEqual(
                [name for name in listed if f'`{name}`' not in python], [], "needs a reason in docs/CORE.md, under Python")

    def _where(self, what):
        return f"{what} in {self.addon}/tests/test_core.py, and docs/CORE.md"

    def _get_private_names(self):
        """Return the names with ``_`` that the add-on's sources use and that are not of its or another add-on of ours."""
        used, own = set(), set()
        for source in self._get_sources():
            for node in ast.walk(ast.parse(source.read_text())):
                if isinstance(node, ast.ClassDef):
                    own.update(item.name for item in node.body if isinstance(item, ast.FunctionDef))
                elif isinstance(node, ast.Attribute) and node.attr.startswith('_') and not node.attr.startswith('__'):
                    (own if isinstance(node.ctx, ast.Store) else used).add(node.attr)
        inherited = {
            name for model_class in self.env.registry.values() for cls in inspect.getmro(model_class)
            if cls.__module__.startswith(OURS) for name in vars(cls)}
        return used - own - inherited

    def _get_sources(self):
        folder = Path(get_module_path(self.addon))
        return [path for path in folder.rglob('*.py') if path.relative_to(folder).parts[0] not in ('tests', 'migrations')]

    def _get_signature(self, mro, name):
        """Return the signature of a method as core defines it, without annotations; ``None`` where core has none."""
        method = next((vars(cls)[name] for cls in mro if name in vars(cls) and not cls.__module__.startswith(OURS)), None)
        method = getattr(method, '__func__', method)
        if name.startswith('__') or not inspect.isfunction(method):
            return None
        return self._read_signature(method)

    def _read_signature(self, function):
        signature = inspect.signature(function)
        parameters = [
            parameter.replace(annotation=parameter.empty) for parameter in signature.parameters.values()]
        return str(signature.replace(parameters=parameters, return_annotation=signature.empty))
