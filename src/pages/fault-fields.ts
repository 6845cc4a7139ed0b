import type { Expectation, Expectations } from '../validation/expectation.js'
import { escapeHtml } from './escape-html.js'

/**
 * How the value of a member is written in a form:
 *
 * - `choice`: one of a few words
 * - `number`, `text`; `mixed`: a number or a text
 * - `offset`: `1000`, or `1000-2000` for one that is drawn between
 * - `range`: `present`, `absent`, or `0-1000` for one that overlaps it
 * - `numbers`, `names`: one, or several separated by commas
 * - `fields`: lines such as `Name: value`
 * - `matches`: the same, where `*` is any value and no value is an absent field
 */
export type FieldType =
  | 'choice'
  | 'number'
  | 'text'
  | 'mixed'
  | 'offset'
  | 'range'
  | 'numbers'
  | 'names'
  | 'fields'
  | 'matches'

const NUMBERS = [0, 0.5, 1, 200]
const TEXTS = ['text', '/path', 'text/html', 'CANCEL', 'Sun, 06 Nov 1994 08:49:37 GMT']

/** The type of the field for a member, by the values that its expectation accepts. */
export function fieldType({ accepts, choices }: Expectation): FieldType {
  if (choices !== undefined) return 'choice'
  if (accepts({ between: [1, 2] })) return 'offset'
  if (accepts({ overlaps: [1, 2] })) return 'range'
  if (accepts({ 'x-a': null })) return 'matches'
  if (accepts({ 'x-a': 'b' })) return 'fields'
  if (accepts([1, 2])) return 'numbers'
  if (accepts(['x-a'])) return 'names'
  const isNumber = NUMBERS.some((each) => accepts(each))
  const isText = TEXTS.some((each) => accepts(each))
  if (isNumber) return isText ? 'mixed' : 'number'
  return 'text'
}

/** Members that a form has no field for: those of a rule that have a form of their own. */
const NO_FIELD = ['match', 'fault']

/**
 * The fields for members in HTML. What a value must be is that of the validator.
 *
 * @param scope distinguishes the fields of one form from those of another: `truncate`, `match`
 * @param example values that are shown where a field is empty
 */
export function formFields<T extends object>(
  scope: string,
  expectations: Expectations<T>,
  example: object = {},
): string {
  const examples = example as Readonly<Record<string, unknown>>
  return Object.entries<Expectation>(expectations)
    .filter(([name]) => !NO_FIELD.includes(name))
    .map(([name, expectation]) => field(`${scope}-${name}`, name, expectation, examples[name]))
    .join('\n')
}

function field(id: string, name: string, expectation: Expectation, example: unknown): string {
  const { expected, required, choices } = expectation
  const type = fieldType(expectation)
  const attributes = `id="${id}" data-member="${escapeHtml(name)}" data-type="${type}" aria-describedby="${id}-help"${required ? ' required' : ''}`
  const placeholder = placeholderOf(type, example)
  const hint = placeholder === '' ? '' : ` placeholder="${escapeHtml(placeholder)}"`
  return `<div class="lb-field">
<label for="${id}">${escapeHtml(name)}${required ? '' : ' <small>optional</small>'}</label>
${control(type, { attributes, hint, choices })}
<small id="${id}-help">${escapeHtml(expected)}${HINTS[type] ?? ''}</small>
</div>`
}

/** What the expectation, which is about JSON, does not say of the field. */
const HINTS: Partial<Record<FieldType, string>> = {
  offset: '; here as <code>1000-2000</code>',
  range: '; here as <code>0-1000</code>',
  numbers: '; here separated by commas',
  names: '; here separated by commas',
  fields: '; here one a line, as <code>Name: value</code>',
  matches:
    '; here one a line, as <code>Name: value</code>, and without a value for an absent field',
}

interface Control {
  readonly attributes: string
  readonly hint: string
  readonly choices: readonly string[] | undefined
}

function control(type: FieldType, { attributes, hint, choices = [] }: Control): string {
  if (type === 'choice') {
    const options = choices.map((choice) => `<option>${escapeHtml(choice)}</option>`)
    return `<select ${attributes}><option value="">default</option>${options.join('')}</select>`
  }
  if (type === 'fields' || type === 'matches')
    return `<textarea rows="2" ${attributes}${hint}></textarea>`
  const mode = type === 'number' ? ' inputmode="decimal"' : ''
  return `<input type="text" autocomplete="off" spellcheck="false" autocapitalize="off"${mode} ${attributes}${hint}>`
}

function placeholderOf(type: FieldType, example: unknown): string {
  if (type === 'choice' || example === undefined) return ''
  return typeof example === 'object' ? '' : String(example)
}
