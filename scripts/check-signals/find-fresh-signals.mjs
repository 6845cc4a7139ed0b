import ts from 'typescript'

/**
 * @typedef {object} FreshSignal
 * @property {string} owner the function, or the class and its member, that creates it; `module` for none
 * @property {number} line counted from 1
 * @property {string} reason what creates the signal
 */

/**
 * Finds the signals that a module creates instead of taking them from its caller: work with such a signal goes
 * on when the client of its request has left, unless the module aborts it itself.
 *
 * @param {string} text source text of the module
 * @returns {FreshSignal[]}
 */
export function findFreshSignals(text) {
  const file = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true)
  const found = []
  const visit = (node) => {
    const reason = reasonOf(node)
    if (reason !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file))
      found.push({ owner: ownerOf(node), line: line + 1, reason })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Why a node is a new signal; undefined if it is none. */
function reasonOf(node) {
  if (ts.isNewExpression(node)) {
    return isGlobal(node.expression, 'AbortController') ? 'a new AbortController' : undefined
  }
  if (
    ts.isIdentifier(node) &&
    /^never$/i.test(node.text) &&
    !ts.isPropertyAssignment(node.parent)
  ) {
    return `${node.text}, by its name a signal that nothing aborts`
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression))
    return undefined
  const { expression, name } = node.expression
  if (!isGlobal(expression, 'AbortSignal')) return undefined
  const [signals] = node.arguments
  const isEmpty = signals && ts.isArrayLiteralExpression(signals) && signals.elements.length === 0
  return name.text !== 'any' || isEmpty ? `AbortSignal.${name.text}()` : undefined
}

/** `AbortSignal`, `globalThis.AbortSignal`, `window.AbortSignal`. */
function isGlobal(node, name) {
  return node.getText().split('.').at(-1) === name
}

/** `function`, `Class.member` or `module`. */
function ownerOf(node) {
  const names = []
  for (let at = node.parent; at !== undefined; at = at.parent) {
    const isNamed = ts.isFunctionDeclaration(at) || ts.isClassLike(at) || ts.isClassElement(at)
    if (isNamed && at.name !== undefined) names.unshift(at.name.getText())
    else if (ts.isConstructorDeclaration(at)) names.unshift('constructor')
  }
  return names.slice(0, 2).join('.') || 'module'
}
