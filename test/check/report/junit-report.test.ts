import { execFileSync, spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { junitError, junitReport } from '../../../src/check/report/junit-report.js'
import { PASSED, skipped } from '../../../src/check/subject/finding.js'
import { failure, reportOf, resultOf } from '../../fixture/check-results.js'

const HOSTILE = `<failure>]]>"'&\u0000\u001b\ud800`

const XML = junitReport(
  reportOf([
    resultOf(PASSED),
    resultOf(skipped(HOSTILE)),
    resultOf(failure('x', HOSTILE)),
    resultOf(failure(), { strength: 'advice' }),
  ]),
)

it('a report counts its failures, and advice as skipped', () => {
  expect(XML).toContain('<testsuites tests="4" failures="1" errors="0" skipped="2">')
  expect(XML.match(/<testcase /g)).toHaveLength(4)
  expect(XML.match(/<skipped /g)).toHaveLength(2)
  expect(XML).toContain(' timestamp="2026-01-02T03:04:05">')
})

it('a failure has what a person needs to reproduce it', () => {
  expect(XML).toMatch(/<failure type="MUST" message="expected x; received &lt;failure&gt;/)
  expect(XML).toMatch(/\nreproduce: curl .*\$AUTHORIZATION/)
  expect(XML).not.toContain('secret')
})

it('a run that ends before any check is one error', () => {
  const xml = junitError('http://host/f', new Error('received status "404"'))
  expect(xml).toContain('<error message="received status &quot;404&quot;"/>')
  expect(xml).toContain('errors="1"')
})

const hasXmllint = spawnSync('xmllint', ['--version']).status === 0

it.skipIf(!hasXmllint)('both are well-formed for a parser of XML', () => {
  for (const xml of [XML, junitError(HOSTILE, new Error(HOSTILE))]) {
    execFileSync('xmllint', ['--noout', '-'], { input: xml })
  }
})
