/**
 * Lint rules for the JavaScript of the addons: Odoo ES modules, OWL 2, HOOT tests and tours.
 * Imports such as "@web/..." are resolved by Odoo's bundler, so no import rule is switched on.
 */
import js from "@eslint/js";
import globals from "globals";

const MAX_FILE_LINES = 250;
const MAX_FUNCTION_LINES = 50;
const MAX_COMPLEXITY = 10;

export default [
    { ignores: ["**/static/lib/**", ".caredesk/**", "**/node_modules/**"] },
    js.configs.recommended,
    {
        files: ["**/*.js", "**/*.mjs"],
        languageOptions: {
            ecmaVersion: 2023,
            sourceType: "module",
            globals: { ...globals.browser, luxon: "readonly", odoo: "readonly", owl: "readonly" },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            complexity: ["error", MAX_COMPLEXITY],
            curly: ["error", "all"],
            eqeqeq: ["error", "always", { null: "ignore" }],
            "max-lines": ["error", MAX_FILE_LINES],
            "max-lines-per-function": ["error", { max: MAX_FUNCTION_LINES, skipComments: true }],
            "no-alert": "error",
            "no-console": ["error", { allow: ["warn", "error"] }],
            "no-eval": "error",
            "no-implied-eval": "error",
            "no-restricted-globals": ["error", "event", "self", "$", "jQuery"],
            "no-shadow": "error",
            "no-unused-vars": ["error", { args: "after-used", argsIgnorePattern: "^_" }],
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": "error",
            "prefer-template": "error",
        },
    },
    {
        // One describe() or one tour holds many steps: the length of the file is limit enough.
        files: ["**/static/tests/**/*.js"],
        rules: {
            "max-lines-per-function": "off",
            // HOOT says nothing of tests it leaves out, so none may be left out.
            "no-restricted-properties": [
                "error",
                ...["test", "describe"].flatMap((object) =>
                    ["skip", "todo", "only", "debug"].map((property) => ({ object, property }))
                ),
            ],
        },
    },
];
