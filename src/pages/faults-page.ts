import type { ShownRule } from '../fault/armed-fault.js'
import { FAULT_KINDS } from '../fault/fault-kinds.js'
import { RULE } from '../fault/fault-rule.js'
import type { JournalEntry } from '../fault/journal.js'
import { KIND_HELP } from '../fault/kind-help.js'
import { MATCH } from '../fault/request-match.js'
import { accessForm } from './access-form.js'
import { escapeHtml } from './escape-html.js'
import {
  JOURNAL_COLUMNS,
  journalCells,
  MOST_ENTRIES,
  RULE_COLUMNS,
  ruleCells,
} from './fault-cells.js'
import { formFields } from './fault-fields.js'
import { liveTable } from './live-table.js'
import { renderPage } from './page.js'

/** What the page of the faults shows. */
export interface FaultState {
  readonly seed: number
  readonly rules: readonly ShownRule[]
  readonly entries: readonly JournalEntry[]
}

/**
 * The page on which people arm faults and follow the journal.
 *
 * @param state undefined for a request without the permission: the page asks for the token then
 */
export function faultsPage(state: FaultState | undefined): string {
  const rules = state?.rules ?? []
  const entries = (state?.entries ?? []).slice(-MOST_ENTRIES).reverse()
  const main = `<h1>Faults</h1>
${accessForm('the faults')}
<p id="state" role="status"></p>
<noscript><p>Arming a fault here needs JavaScript. Without: <code>curl -H "Authorization: Bearer $TOKEN" --json '{"fault":{"kind":"truncate","at":1000},"times":1}'</code> with the URL of this page arms one. ${state === undefined ? 'The same with <code>-H "Accept: text/html"</code> instead of <code>--json</code> gets the tables.' : 'The tables are those of the time when the page was loaded.'}</p></noscript>
<div id="live"${state === undefined ? ' hidden' : ''}>
<div id="arming" hidden>
${armForm()}
</div>
<h2 id="rules-title" tabindex="-1">Armed</h2>
${liveTable('rules', RULE_COLUMNS, rules.map(ruleCells), 'No rule is armed.')}
<p><button type="button" id="disarm-all" hidden>Disarm all</button></p>
<h2 id="journal-title" tabindex="-1">Journal</h2>
<p>What the faults did to responses, the newest first. The seed of this run is <span id="seed">${state?.seed ?? ''}</span>: with it, a run can be repeated.</p>
${liveTable('journal', JOURNAL_COLUMNS, entries.map(journalCells), 'No response has had a fault yet.')}
<p><button type="button" id="clear" hidden>Clear the journal</button></p>
</div>`
  return renderPage({ title: 'Faults', assets: 'assets/', script: 'faults.js', main })
}

function armForm(): string {
  const kinds = Object.keys(FAULT_KINDS) as (keyof typeof FAULT_KINDS)[]
  const options = kinds.map((kind) => `<option>${kind}</option>`).join('')
  return `<form id="arm">
<h2>Arm a fault</h2>
<div class="lb-field"><label for="kind">Kind</label> <select id="kind">${options}</select></div>
${kinds.map(kindFields).join('\n')}
<details>
<summary>Which requests get it, and how often</summary>
<fieldset id="match"><legend>Requests</legend>
${formFields('match', MATCH, { method: 'GET', path: '/films/**', headers: undefined, attempt: 1 })}
</fieldset>
<fieldset id="rule"><legend>How often</legend>
${formFields('rule', RULE, { id: 'cut', times: 1, probability: 0.5 })}
</fieldset>
</details>
<div class="lb-field"><label for="json">Rule</label>
<textarea id="json" rows="7" spellcheck="false" required aria-describedby="json-help"></textarea>
<small id="json-help">JSON of one rule, or of an array of rules. The fields above write it; it may be edited, such as for several faults.</small></div>
<p id="arm-error" role="alert"></p>
<p><button class="lb-primary">Arm</button></p>
</form>
<details>
<summary>For a terminal, and for a test</summary>
<div class="lb-field"><label for="curl">With curl</label>
<textarea id="curl" rows="3" readonly spellcheck="false"></textarea>
<p><button type="button" data-copy="curl">Copy the line</button> <label><input type="checkbox" id="with-token"> with the token of this server</label></p></div>
<div class="lb-field"><label for="code">In a test, in TypeScript</label>
<textarea id="code" rows="10" readonly spellcheck="false"></textarea>
<p><button type="button" data-copy="code">Copy the code</button></p></div>
</details>`
}

function kindFields(kind: keyof typeof FAULT_KINDS): string {
  const { summary, example } = KIND_HELP[kind]
  const { members } = FAULT_KINDS[kind]
  return `<fieldset data-kind="${kind}" data-example="${escapeHtml(JSON.stringify(example))}" hidden>
<legend>${kind}</legend>
<p>${escapeHtml(summary)} <button type="button" data-fill="${kind}">Use the example</button></p>
<p><small>Example: <code>${escapeHtml(JSON.stringify(example))}</code></small></p>
${formFields(kind, members as never, example)}
</fieldset>`
}
