import { describe, expect, it } from 'vitest'
import type { Metric, Metrics } from '../../../src/cli/cluster/messages.js'
import { SlotMetrics } from '../../../src/cli/cluster/slot-metrics.js'

const metric = (type: Metric['type'], name: string, values: Metric['values']): Metric => ({
  name,
  help: '-',
  type,
  aggregator: 'sum',
  values,
})

/** The metrics of a process that has counted so much. */
const counted = (total: number): Metrics => [
  metric('counter', 'total', [{ value: total, labels: { outcome: 'complete' } }]),
  metric('gauge', 'running', [{ value: 3, labels: {} }]),
  metric('histogram', 'seconds', [
    { value: total, labels: { le: 1 }, metricName: 'seconds_bucket' },
    { value: total, labels: {}, metricName: 'seconds_count' },
  ]),
]

const valuesOf = (metrics: Metrics) =>
  Object.fromEntries(metrics.map(({ name, values }) => [name, values.map(({ value }) => value)]))

describe('SlotMetrics', () => {
  it('labels each sample with the worker', () => {
    const slot = new SlotMetrics(2)
    slot.update(counted(1))
    expect(slot.metrics[0]?.values[0]?.labels).toEqual({ worker: '2', outcome: 'complete' })
  })

  it('adds the counters and histograms of an ended process to those of the next, but no gauges', () => {
    const slot = new SlotMetrics(1)
    slot.update(counted(5))
    slot.end()
    expect(valuesOf(slot.metrics)).toEqual({ total: [5], seconds: [5, 5] })
    slot.update(counted(2))
    expect(valuesOf(slot.metrics)).toEqual({ total: [7], running: [3], seconds: [7, 7] })
    slot.end()
    slot.update(counted(1))
    expect(valuesOf(slot.counters)).toEqual({ total: [8], seconds: [8, 8] })
  })

  it('keeps a sample that only an ended process had', () => {
    const slot = new SlotMetrics(1)
    slot.update([metric('counter', 'total', [{ value: 1, labels: { outcome: 'stalled' } }])])
    slot.end()
    slot.update(counted(2))
    expect(valuesOf(slot.counters).total).toEqual([2, 1])
  })

  it('has no metrics before the first update, nor after the end of a process without one', () => {
    const slot = new SlotMetrics(1)
    expect(slot.metrics).toEqual([])
    slot.end()
    expect(slot.counters).toEqual([])
  })
})
