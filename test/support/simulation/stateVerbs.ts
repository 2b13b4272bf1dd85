import { shardOf } from '../../../src/domain/shard.ts';
import type { Duration, Timestamp } from '../../../src/domain/time.ts';
import type { RefoldNote, StateToSave, StoredState, UsageEntry } from '../../../src/ports/database.ts';
import type { Claimant, NotedAsset, ShardClaim } from '../../../src/ports/shards.ts';
import type { NoteRow, Transaction } from './tables.ts';

export function stateVerbs(tx: Transaction, now: () => Timestamp) {
  const snapshotsOf = (assetId: string) => tx.all('snapshots').filter((snapshot) => snapshot.assetId === assetId);
  const keyOf = ({ assetId, time }: StoredState) => `${assetId}|${time}`;
  return {
    states: {
      all: () => tx.all('states'),
      of: (assetIds: readonly string[]) => assetIds.flatMap((id) => tx.get('states', id) ?? []),
      save(states: readonly StateToSave[]): void {
        for (const state of states) tx.set('states', state.assetId, { ...state, savedAt: now() });
      },
      saveSnapshots(snapshots: readonly StoredState[]): void {
        for (const snapshot of snapshots) tx.set('snapshots', keyOf(snapshot), snapshot);
      },
      snapshotBefore: (assetId: string, before: Timestamp) =>
        snapshotsOf(assetId)
          .filter(({ time }) => time < before)
          .sort((a, b) => b.time - a.time)[0],
      dropSnapshots(assetId: string, from: Timestamp): void {
        for (const snapshot of snapshotsOf(assetId)) {
          if (snapshot.time >= from) tx.set('snapshots', keyOf(snapshot), undefined);
        }
      },
      pruneSnapshots: () => undefined,
      note(notes: readonly RefoldNote[]): void {
        for (const note of notes) {
          const revision = tx.next();
          tx.set('notes', String(revision), { ...note, revision, dueAt: now() + (note.rest ?? 0) });
        }
      },
      notes(): Pick<RefoldNote, 'assetId' | 'earliest'>[] {
        const groups = [...byAsset(tx.all('notes'))];
        return groups.map(([assetId, notes]) => ({ assetId, earliest: min(notes.map((note) => note.earliest))! }));
      },
      noteRevisions: (assetId: string) =>
        tx
          .all('notes')
          .filter((note) => note.assetId === assetId)
          .map(({ revision }) => revision),
      clearNotes(revisions: readonly number[]): void {
        for (const revision of revisions) tx.set('notes', String(revision), undefined);
      },
      saveUsage(entries: readonly UsageEntry[]): void {
        for (const entry of entries) tx.set('usage', `${entry.assetId}|${entry.ruleId}|${entry.day}`, entry);
      },
    },
  };
}

export function shardVerbs(tx: Transaction, now: () => Timestamp) {
  const notesOf = (shard: number) => tx.all('notes').filter(({ assetId }) => shardOf(assetId) === shard);
  return {
    shards: {
      claim({ session, patience, without, resting }: Claimant): ShardClaim | undefined {
        const noted = new Map<number, Timestamp>();
        for (const { assetId, dueAt } of tx.all('notes')) {
          if (without.includes(assetId)) continue;
          const shard = shardOf(assetId);
          noted.set(shard, Math.min(noted.get(shard) ?? dueAt, dueAt));
        }
        const due = tx
          .all('shards')
          .map((row) => ({ row, at: Math.min(noted.get(row.shard) ?? Infinity, row.tickDue) }))
          .filter(({ row, at }) => {
            const wait = row.session === undefined || row.session === session ? 0 : patience;
            return at <= now() - wait && !resting.includes(row.shard);
          })
          .sort((a, b) => a.at - b.at);
        for (const { row } of due) {
          if (!tx.tryLock(`shards|${row.shard}`)) continue;
          tx.set('shards', String(row.shard), { ...row, session });
          return { shard: row.shard, kept: row.session === session, tickDue: row.tickDue <= now() };
        }
        return undefined;
      },
      beat: () => undefined,
      noted(shard: number, limit: number, without: readonly string[]): NotedAsset[] {
        const due = notesOf(shard).filter(({ assetId, dueAt }) => dueAt <= now() && !without.includes(assetId));
        return [...byAsset(due)]
          .sort(([, a], [, b]) => min(a.map(({ dueAt }) => dueAt))! - min(b.map(({ dueAt }) => dueAt))!)
          .slice(0, limit)
          .map(([assetId, notes]) => merged(assetId, notes));
      },
      withSamples: (shard: number) => [
        ...new Set(
          notesOf(shard)
            .filter(({ latest }) => latest !== undefined)
            .map(({ assetId }) => assetId),
        ),
      ],
      ticked(shard: number, every: Duration): void {
        tx.set('shards', String(shard), { ...tx.get('shards', String(shard))!, tickDue: now() + every });
      },
      outstanding: (span: Duration) => tx.all('notes').filter(({ dueAt }) => dueAt <= now() + span).length,
    },
  };
}

function merged(assetId: string, notes: readonly NoteRow[]): NotedAsset {
  const anew = notes.filter(({ latest }) => latest === undefined);
  const samples = notes.filter(({ latest }) => latest !== undefined);
  const refoldFrom = min(anew.map(({ earliest }) => earliest));
  const earliest = min(samples.map((note) => note.earliest));
  return {
    assetId,
    ...(refoldFrom !== undefined && { refoldFrom }),
    ...(earliest !== undefined && { earliest, latest: Math.max(...samples.map(({ latest }) => latest!)) }),
    revisions: notes.map(({ revision }) => revision),
  };
}

function byAsset(notes: readonly NoteRow[]): Map<string, NoteRow[]> {
  const groups = new Map<string, NoteRow[]>();
  for (const note of notes) groups.set(note.assetId, [...(groups.get(note.assetId) ?? []), note]);
  return groups;
}

function min(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}
