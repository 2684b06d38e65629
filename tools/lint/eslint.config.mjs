// What Odoo's own lint refuses (test_lint), and what catches mistakes.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url); // unlike an import, it goes by NODE_PATH: see ./dev lint
const js = require("@eslint/js");
const globals = require("globals");

const odooSyntax = [
    "error",
    "PrivateIdentifier", // OWL's proxies cannot reach private fields
    {
        selector:
            "ClassDeclaration[superClass.name='Component']:not(:has(ClassBody.body > PropertyDefinition[key.name='props'][static='true']))",
        message: "Component should declare static props",
    },
    {
        selector:
            "ClassDeclaration[superClass.name='Component']:not(:has(ClassBody.body > PropertyDefinition[key.name='template'][static='true']))",
        message: "Component should declare static template",
    },
    {
        selector: "CallExpression[callee.name='_t'] > :first-child[value=/(.*%s){2,}/]",
        message: "Name the placeholders of a text that has several",
    },
    {
        selector: "CallExpression[callee.name='_t'] > TemplateLiteral:first-child",
        message: "A text to translate must be a literal",
    },
    {
        selector:
            "CallExpression[callee.property.name='add'][callee.object.property.name='notification'] > Literal:first-child",
        message: "A notification must be translated",
    },
];

export default [
    js.configs.recommended,
    {
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", luxon: "readonly", Chart: "readonly" },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            "no-restricted-globals": ["error", "event", "self"],
            "no-restricted-syntax": odooSyntax,
            "no-duplicate-imports": "error",
            "no-unused-vars": ["error", { args: "none", caughtErrors: "all" }],
            "prefer-const": "error",
            "no-var": "error",
            eqeqeq: ["error", "always", { null: "ignore" }],
            curly: "error",
            complexity: ["error", 12],
        },
    },
];
