import { type AssStyle, assStyle } from './ass-style.js'
import { assText } from './ass-text.js'
import type { Cue } from './cue.js'

/** The order of the fields of an event, unless the file tells another by a Format line. */
const EVENT_FORMAT = 'layer,start,end,style,name,marginl,marginr,marginv,effect,text'.split(',')

/**
 * The cues of a file in SubStation Alpha (SSA) or Advanced SubStation Alpha (ASS). Bold, italic and underlined text
 * and the keypad's places stay; fonts, colours, positions, animations and drawings do not.
 *
 * @param text with any line ends
 */
export function assCues(text: string): Cue[] {
  const cues: Cue[] = []
  const styles = new Map<string, AssStyle>()
  let section = ''
  let format: readonly string[] = EVENT_FORMAT
  let styleFormat: readonly string[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    const header = /^\s{0,16}\[([^\]]{1,64})\]/.exec(line)?.[1]
    if (header !== undefined) section = header.trim().toLowerCase()
    const [, name, value] = /^\s{0,16}(Format|Style|Dialogue)\s{0,16}:([\s\S]*)$/i.exec(line) ?? []
    if (value === undefined) continue
    const kind = `${kindOf(section)} ${name?.toLowerCase()}`
    if (kind === 'event format') format = namesOf(value)
    if (kind === 'style format') styleFormat = namesOf(value)
    if (kind === 'style style') {
      const style = assStyle(fieldsOf(value, styleFormat), section === 'v4 styles' ? 'ssa' : 'ass')
      styles.set(style.name, style)
    }
    if (kind === 'event dialogue') cues.push(...cueOf(fieldsOf(value, format), styles))
  }
  return cues
}

/** The kind of the lines in a section: `[Events]`, `[V4+ Styles]`, `[V4 Styles]`. */
function kindOf(section: string): 'event' | 'style' | 'other' {
  if (section === 'events') return 'event'
  return section.endsWith('styles') ? 'style' : 'other'
}

function namesOf(format: string): string[] {
  return format.split(',').map((name) => name.trim().toLowerCase())
}

/** The fields of a line by name. The last field, the text, contains the commas that are left. */
function fieldsOf(line: string, names: readonly string[]): ReadonlyMap<string, string> {
  const parts = line.split(',')
  const last = names.length - 1
  const values = last < 0 ? [] : [...parts.slice(0, last), parts.slice(last).join(',')]
  return new Map(values.map((value, index) => [names[index] ?? '', value.trim()]))
}

function cueOf(fields: ReadonlyMap<string, string>, styles: ReadonlyMap<string, AssStyle>): Cue[] {
  const start = msOf(fields.get('start'))
  const end = msOf(fields.get('end'))
  if (start === undefined || end === undefined) return []
  return [{ start, end, ...assText(fields.get('text') ?? '', fields.get('style') ?? '', styles) }]
}

/** `1:02:03.45`: hours, minutes, seconds and hundredths. */
function msOf(time = ''): number | undefined {
  const match = /^(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3})\d{0,6})?$/.exec(time)
  if (match === null) return undefined
  const [, hours, minutes, seconds, fraction = '0'] = match
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return whole * 1000 + Number(fraction.padEnd(3, '0'))
}
