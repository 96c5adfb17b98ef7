import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { ChannelClosed, channelTo } from './channel.ts'

const LINUX = process.platform === 'linux' ? {} : { skip: 'needs /proc' }

test(
  'what is sent to a process that is dead, and not known to be, is answered by its end and ends nobody else',
  LINUX,
  async () => {
    const child = spawn(process.execPath, ['-e', 'process.on("message", () => {}); process.send("up")'], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    const channel = channelTo(child, {})
    await once(child, 'message')
    child.kill('SIGKILL')
    // Without a turn of the event loop, so that nothing here can have heard of it.
    // Its files are closed once its last thread is gone.
    while (readdirSync(`/proc/${child.pid}/task`).length > 1) {
      assert.ok(child.connected)
    }
    const calls = Array.from({ length: 50 }, () => channel.call('anything', Buffer.alloc(10_000)))
    for (const one of await Promise.allSettled(calls)) {
      assert.ok(one.status === 'rejected' && one.reason instanceof ChannelClosed)
    }
  },
)
