import ts from 'typescript'

/**
 * @typedef {object} ModuleImport
 * @property {string | undefined} specifier undefined: computed at run time
 * @property {number} line counted from 1
 * @property {'import' | 'url'} kind 'url': `new URL('./x.js', import.meta.url)`, which may name any file
 */

/** The imports of one module, type-only ones included, and whether it has code that a test can call. */
export function parseModule(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  /** @type {ModuleImport[]} */
  const imports = []
  let hasLogic = false
  const visit = (node) => {
    hasLogic ||= isLogic(node)
    const found = importOf(node)
    if (found !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
      imports.push({ ...found, line: line + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { imports, hasLogic, lines: text.replace(/\n$/, '').split('\n').length }
}

function importOf(node) {
  if (ts.isImportDeclaration(node)) return imported(node.moduleSpecifier)
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return imported(node.moduleSpecifier)
  if (ts.isExternalModuleReference(node)) return imported(node.expression)
  if (ts.isImportTypeNode(node)) return imported(node.argument.literal)
  if (ts.isCallExpression(node) && loadsModule(node.expression)) return imported(node.arguments[0])
  if (ts.isNewExpression(node) && isUrlBesideModule(node))
    return { specifier: node.arguments[0].text, kind: 'url' }
  return undefined
}

function imported(expression) {
  const isLiteral = expression !== undefined && ts.isStringLiteralLike(expression)
  return { specifier: isLiteral ? expression.text : undefined, kind: 'import' }
}

/** `import(…)`, `require(…)`, `require.resolve(…)`. */
function loadsModule(callee) {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true
  const named = ts.isPropertyAccessExpression(callee) ? callee.expression : callee
  return ts.isIdentifier(named) && named.text === 'require'
}

/** `new URL('./x.js', import.meta.url)`: how a worker thread's module is named. */
function isUrlBesideModule({ expression, arguments: args = [] }) {
  return (
    expression.getText() === 'URL' &&
    args.length === 2 &&
    ts.isStringLiteralLike(args[0]) &&
    args[1].getText() === 'import.meta.url'
  )
}

/** A function or class that exists at run time. Types, constants and re-exports need no test. */
function isLogic(node) {
  if (ts.isClassLike(node)) return !isAmbient(node)
  return ts.isFunctionLike(node) && node.body !== undefined
}

function isAmbient(node) {
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false
}
