import ts from 'typescript'

/** Classes whose instances have no state, or none that a caller can change. */
const STATELESS_CLASSES = new Set(['RegExp', 'URL', 'TextEncoder', 'TextDecoder', 'Error'])

/** Methods that change the object they are called on. */
const MUTATORS = new Set(
  'add set delete clear push pop shift unshift splice sort reverse fill copyWithin'.split(' '),
)

/**
 * @typedef {object} ModuleState
 * @property {string} name of the variable, or of the class and its static field
 * @property {number} line counted from 1
 * @property {string} reason why it counts as mutable state
 */

/**
 * Finds mutable state at the top level of a module: it is shared by all users of the process, so it needs a
 * bound and cannot be replaced in tests. Counted are `let` and `var`, instances of classes, empty arrays,
 * results of factories with state, static fields, and constants that the module changes. A Set or Map that
 * its module does not change counts as a constant, unless it is exported without a read-only type.
 *
 * @param {string} text source text of the module
 * @param {ReadonlySet<string>} factories names of functions whose results have state (`findFactories`)
 * @returns {ModuleState[]}
 */
export function findModuleState(text, factories = new Set()) {
  const file = parse(text)
  const changed = changedNames(file)
  const found = []
  const report = (node, name, reason) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file))
    found.push({ name, line: line + 1, reason })
  }
  for (const statement of file.statements) {
    if (ts.isClassDeclaration(statement)) reportStatics(statement, report, factories)
    if (!ts.isVariableStatement(statement)) continue
    const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0
    const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    for (const declaration of statement.declarationList.declarations) {
      const name = declaration.name.getText(file)
      const reason =
        (isConst ? undefined : 'it can be assigned') ??
        changed.get(name) ??
        stateIn(declaration.initializer, factories) ??
        (isExported ? exportedCollection(declaration, file) : undefined)
      if (reason !== undefined) report(declaration, name, reason)
    }
  }
  return found
}

/**
 * The names of the functions of a module whose results may have state: their body declares some, and has a
 * function within that can use it.
 *
 * @param {string} text source text of the module
 * @returns {string[]}
 */
export function findFactories(text) {
  const names = []
  for (const statement of parse(text).statements) {
    if (!ts.isFunctionDeclaration(statement) || !statement.body || !statement.name) continue
    const hasState = statement.body.statements.some((inner) => {
      if (!ts.isVariableStatement(inner)) return false
      const { flags, declarations } = inner.declarationList
      const isConst = (flags & ts.NodeFlags.Const) !== 0
      return !isConst || declarations.some(({ initializer }) => stateIn(initializer, new Set()))
    })
    if (hasState && hasInnerFunction(statement.body)) names.push(statement.name.text)
  }
  return names
}

function hasInnerFunction(node) {
  return (
    ts.forEachChild(node, (child) => ts.isFunctionLike(child) || hasInnerFunction(child)) ?? false
  )
}

function parse(text) {
  return ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true)
}

/** @param {ts.ClassDeclaration} declaration */
function reportStatics(declaration, report, factories) {
  for (const member of declaration.members) {
    if (!ts.isPropertyDeclaration(member)) continue
    const kinds = member.modifiers?.map(({ kind }) => kind) ?? []
    if (!kinds.includes(ts.SyntaxKind.StaticKeyword)) continue
    const reason = kinds.includes(ts.SyntaxKind.ReadonlyKeyword)
      ? stateIn(member.initializer, factories)
      : 'it can be assigned'
    if (reason) report(member, `${declaration.name?.text}.${member.name.getText()}`, reason)
  }
}

/** Why an initializer creates state, or undefined. Bodies of functions are not searched: they run later. */
function stateIn(node, factories) {
  if (node === undefined || ts.isFunctionLike(node) || ts.isClassExpression(node)) return undefined
  if (ts.isNewExpression(node)) {
    const name = node.expression.getText()
    const isEmpty = (node.arguments?.length ?? 0) === 0
    const isConstant = (name === 'Set' || name === 'Map') && !isEmpty
    if (!isConstant && !STATELESS_CLASSES.has(name)) return `it is an instance of ${name}`
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const name = node.expression.text
    if (factories.has(name)) return `it is the result of ${name}()`
  }
  if (ts.isArrayLiteralExpression(node) && node.elements.length === 0) return 'it is an empty array'
  let reason
  ts.forEachChild(node, (child) => {
    reason ??= stateIn(child, factories)
  })
  return reason
}

/** Other modules could change an exported Set or Map. */
function exportedCollection({ type, initializer }, file) {
  if (initializer === undefined || !ts.isNewExpression(initializer)) return undefined
  const name = initializer.expression.getText(file)
  if (name !== 'Set' && name !== 'Map') return undefined
  const isReadonly = type?.getText(file).startsWith('Readonly')
  return isReadonly ? undefined : `it is exported without the type Readonly${name}`
}

/** Names whose members the module assigns, or on which it calls a mutator, and how. */
function changedNames(file) {
  const changed = new Map()
  const visit = (node) => {
    if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
      const name = ownerOf(node.left)
      if (name !== undefined) changed.set(name, 'its members are assigned')
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { name, expression } = node.expression
      if (MUTATORS.has(name.text) && ts.isIdentifier(expression)) {
        changed.set(expression.text, `its method ${name.text} is called`)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return changed
}

const isAssignment = (kind) =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment

/** The variable whose member an assignment changes. */
function ownerOf(node) {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return undefined
  return ts.isIdentifier(node.expression) ? node.expression.text : ownerOf(node.expression)
}
