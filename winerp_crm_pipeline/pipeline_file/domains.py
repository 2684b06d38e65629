"""Domains without ids: ``('team_id', '=', 5)`` is ``('team_id', '=', named('North'))`` in a file."""
import ast

from .reading import Problem

ANY_OPERATORS = ('any', 'not any')
PROPERTIES = 'lead_properties.'
MAX_LENGTH = 10_000


class DomainRewriter(ast.NodeTransformer):
    """Exchanges what a domain says of records, and of properties, between the two ways of saying it.

    :param world: ``World``
    :param team_ids: of the teams whose opportunities are meant; none: all
    """

    def __init__(self, world, team_ids):
        self.world, self.env, self.team_ids = world, world.env, team_ids

    def rewrite(self, text):
        """Return a domain that says the same in the other way, in its one spelling.

        :raise Problem: if it cannot be said
        """
        if len(text) > MAX_LENGTH:
            raise Problem(self.env._("the condition is too long."))
        try:
            tree = ast.parse(text.strip(), mode='eval')
            self._rewrite_domain(self.env['crm.lead'], tree.body)
            return ast.unparse(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise Problem(self.env._("“%(domain)s” is not a condition.", domain=text[:100])) from error

    def _rewrite_domain(self, model, node):
        for item in self._get_items(node):
            if isinstance(item, (ast.Tuple, ast.List)) and len(item.elts) == 3:
                self._rewrite_condition(model, item.elts)

    def _get_items(self, node):
        return node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else []

    def _rewrite_condition(self, model, parts):
        path, operator, value = parts
        if not isinstance(path, ast.Constant) or not isinstance(path.value, str):
            raise ValueError
        is_own_property = model._name == 'crm.lead' and path.value.startswith(PROPERTIES)
        comodel = self._rewrite_property(path) if is_own_property else self._follow(model, path.value)
        if comodel is None:
            return
        if isinstance(operator, ast.Constant) and operator.value in ANY_OPERATORS:
            self._rewrite_domain(comodel, value)
        elif isinstance(value, (ast.Tuple, ast.List, ast.Set)):
            value.elts = [self._rewrite_value(comodel, element) for element in value.elts]
        else:
            parts[2] = self._rewrite_value(comodel, value)

    def _follow(self, model, path):
        """Return the model whose ids a path leads to, or ``None``."""
        for name in path.split('.'):
            if name == 'id':
                return model
            field = model._fields.get(name)
            if field is None:
                raise Problem(self.env._(
                    "there is no field “%(field)s” on “%(model)s” here.", field=name, model=self.world.get_model_label(model)))
            if field.type in ('reference', 'many2one_reference'):
                raise Problem(self.env._(
                    "“%(field)s” names records in a way that another database would not understand.", field=path))
            if not field.relational:
                return None
            model = self.env[field.comodel_name]
        return model

    def _rewrite_property(self, path):
        raise NotImplementedError

    def _rewrite_value(self, model, node):
        raise NotImplementedError


class ToFile(DomainRewriter):
    """Names instead of ids."""

    def _rewrite_property(self, path):
        name = path.value.removeprefix(PROPERTIES)
        definition = self.world.get_property(name, self.team_ids)
        path.value = PROPERTIES + self.world.get_property_label(name, self.team_ids)
        return self.env[definition['comodel']] if definition.get('comodel') else None

    def _rewrite_value(self, model, node):
        if not isinstance(node, ast.Constant) or type(node.value) is not int:
            return node
        if model._name == 'crm.stage':
            return self._call('named', self.world.get_stage_label(node.value))
        record = model.browse(node.value).exists()
        if not record or model._name == 'crm.lead' or not record.has_access('read'):
            raise Problem(self.env._(
                "it names a record (%(model)s, %(id)s) that another database does not have.",
                model=self.world.get_model_label(model), id=node.value))
        name = self.world.get_name(record)
        return self._call('ref', name['xmlid']) if isinstance(name, dict) else self._call('named', name)

    def _call(self, function, argument):
        return ast.Call(func=ast.Name(id=function, ctx=ast.Load()), args=[ast.Constant(argument)], keywords=[])


class FromFile(DomainRewriter):
    """Ids instead of names."""

    def _rewrite_property(self, path):
        name = self.world.find_property(path.value.removeprefix(PROPERTIES), self.team_ids)
        path.value = PROPERTIES + name
        definition = self.world.get_property(name, self.team_ids)
        return self.env[definition['comodel']] if definition.get('comodel') else None

    def _rewrite_value(self, model, node):
        if isinstance(node, ast.Constant) and type(node.value) is int:
            raise Problem(self.env._(
                "%(id)s is a number of another database: write named('…') with the name of the record.", id=node.value))
        if not isinstance(node, ast.Call):
            return node
        [argument] = node.args
        function = getattr(node.func, 'id', None)
        if function not in ('named', 'ref') or not isinstance(getattr(argument, 'value', None), str) or node.keywords:
            raise ValueError
        if function == 'named' and model._name == 'crm.stage':
            return ast.Constant(self.world.find_stage(argument.value))
        name = {'xmlid': argument.value} if function == 'ref' else argument.value
        return ast.Constant(self.world.find(model._name, name))


class NewIds(DomainRewriter):
    """Ids instead of what stands for those of new stages.

    :param dict ids: ``{what stands for an id: id}``
    """

    def __init__(self, world, team_ids, ids):
        super().__init__(world, team_ids)
        self.ids = ids

    def _rewrite_property(self, path):
        return None

    def _rewrite_value(self, model, node):
        return ast.Constant(self.ids[node.value]) if isinstance(node, ast.Constant) and node.value in self.ids else node
