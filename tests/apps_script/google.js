// Stubs of Google's script services, as strict as Google is, and a way to run the real Code.gs over them.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const CODE = path.join(__dirname, '..', '..', 'scripts', 'apps_script', 'Code.gs');
const VALUE_BYTES = 9 * 1024;
const STORE_BYTES = 500 * 1024;
const MOST_TRIGGERS = 20;
const COMPUTES = { UTF_8: 'utf8', US_ASCII: 'ascii' };

class Properties {
  constructor() {
    this.values = new Map();
    this.writes = 0;
    this.beforeSet = () => {};
  }

  getProperty(key) {
    return this.values.has(key) ? this.values.get(key) : null;
  }

  getProperties() {
    return Object.fromEntries(this.values);
  }

  getKeys() {
    return [...this.values.keys()];
  }

  setProperty(key, value) {
    this.beforeSet(key, value);
    const text = String(value);
    if (Buffer.byteLength(text) > VALUE_BYTES) {
      throw new Error('Argument too large: value');
    }
    const others = this.getKeys().filter((one) => one !== key);
    const size = others.reduce((sum, one) => sum + Buffer.byteLength(one + this.values.get(one)), 0);
    if (size + Buffer.byteLength(key + text) > STORE_BYTES) {
      throw new Error('You have exceeded the property storage quota.');
    }
    this.values.set(key, text);
    this.writes += 1;
    return this;
  }

  deleteProperty(key) {
    this.values.delete(key);
    return this;
  }
}

class Cache {
  constructor(clock) {
    this.clock = clock;
    this.entries = new Map();
  }

  get(key) {
    const entry = this.entries.get(key);
    return entry && this.clock.now < entry.until ? entry.value : null;
  }

  put(key, value, seconds) {
    this.entries.set(key, { value: String(value), until: this.clock.now + seconds * 1000 });
  }

  remove(key) {
    this.entries.delete(key);
  }

  removeAll(keys) {
    keys.forEach((key) => this.entries.delete(key));
  }
}

class Lock {
  constructor() {
    this.holders = 0;
    this.isElsewhere = false;
  }

  tryLock(milliseconds) {
    if (!Number.isInteger(milliseconds)) {
      throw new TypeError('tryLock needs milliseconds');
    }
    if (this.isElsewhere) {
      return false;
    }
    this.holders += 1;
    return true;
  }

  waitLock(milliseconds) {
    if (!this.tryLock(milliseconds)) {
      throw new Error('Lock timeout: another process was holding the lock for too long.');
    }
  }

  releaseLock() {
    this.holders -= 1;
  }
}

class Triggers {
  constructor() {
    this.all = [];
    this.unshared = new Set(); // spreadsheets this account may not edit
  }

  add(handler, source, kind) {
    if (this.unshared.has(source)) {
      throw new Error('You do not have permission to access the requested document.');
    }
    if (this.all.length >= MOST_TRIGGERS) {
      throw new Error('This script has too many triggers. Triggers must be deleted from the script before more can be added.');
    }
    const uid = String(crypto.randomInt(1e12));
    const trigger = {
      kind,
      getHandlerFunction: () => handler,
      getTriggerSourceId: () => source,
      getUniqueId: () => uid,
    };
    this.all.push(trigger);
    return trigger;
  }

  service() {
    return {
      getProjectTriggers: () => [...this.all],
      deleteTrigger: (trigger) => {
        this.all = this.all.filter((one) => one !== trigger);
      },
      newTrigger: (handler) => ({
        forSpreadsheet: (id) => ({
          onChange: () => ({ create: () => this.add(handler, id, 'change') }),
          onEdit: () => ({ create: () => this.add(handler, id, 'edit') }),
        }),
        timeBased: () => ({
          everyMinutes: (minutes) => {
            if (![1, 5, 10, 15, 30].includes(minutes)) {
              throw new Error('Invalid argument: everyMinutes');
            }
            return { create: () => this.add(handler, null, `every ${minutes} minutes`) };
          },
        }),
      }),
    };
  }
}

function signedBytes(buffer) {
  return [...new Int8Array(buffer)];
}

function utilities() {
  return {
    Charset: { UTF_8: 'UTF_8', US_ASCII: 'US_ASCII' },
    getUuid: () => crypto.randomUUID(),
    computeHmacSha256Signature(value, key, charset) {
      if (!(charset in COMPUTES)) {
        throw new Error('no charset given: what Google takes then is not documented');
      }
      const bytes = (text) => Buffer.from(text, COMPUTES[charset]);
      return signedBytes(crypto.createHmac('sha256', bytes(key)).update(bytes(value)).digest());
    },
  };
}

/** Returns the bytes and headers that one request of UrlFetchApp puts on the wire. */
function wire(request) {
  if (Buffer.byteLength(request.url) > 2048 || Object.keys(request.headers).length > 100) {
    throw new Error('Limit Exceeded: URLFetch URL Length.');
  }
  return {
    url: request.url,
    method: request.method.toUpperCase(),
    headers: { 'Content-Type': request.contentType, ...request.headers },
    body: Buffer.from(request.payload, 'utf8'),
    followRedirects: request.followRedirects !== false,
  };
}

class Fetcher {
  constructor() {
    this.batches = [];
    this.sent = []; // as on the wire
    this.answer = () => 204;
  }

  service() {
    return {
      fetchAll: (requests) => {
        const wired = requests.map(wire);
        this.batches.push(wired.length);
        return wired.map((one, index) => {
          this.sent.push(one);
          const code = this.answer(one, this.sent.length - 1);
          if (code >= 400 && !requests[index].muteHttpExceptions) {
            throw new Error(`Request failed for ${one.url} returned code ${code}.`);
          }
          return { getResponseCode: () => code, getContentText: () => '' };
        });
      },
      fetch: () => {
        throw new Error('one by one is too slow: fetchAll');
      },
    };
  }
}

/** A script project of one account: the real file over stubs; `settings` are what the operator typed at its top. */
class Project {
  constructor(settings = {}) {
    this.clock = { now: 1_700_000_000_000 };
    this.properties = new Properties();
    this.cache = new Cache(this.clock);
    this.lock = new Lock();
    this.triggers = new Triggers();
    this.fetcher = new Fetcher();
    this.said = [];
    const say = (level) => (...words) => this.said.push([level, words.join(' ')]);
    const clock = this.clock;
    class ScriptDate extends Date {
      constructor(...given) {
        super(...(given.length ? given : [clock.now]));
      }

      static now() {
        return clock.now;
      }
    }
    this.context = vm.createContext({
      PropertiesService: { getScriptProperties: () => this.properties },
      CacheService: { getScriptCache: () => this.cache },
      LockService: { getScriptLock: () => this.lock },
      ScriptApp: this.triggers.service(),
      UrlFetchApp: this.fetcher.service(),
      Utilities: utilities(),
      console: { log: say('log'), warn: say('warn'), error: say('error') },
      Logger: { log: say('log') },
      Date: ScriptDate,
    });
    vm.runInContext(fs.readFileSync(CODE, 'utf8'), this.context, { filename: CODE });
    this.type(settings);
  }

  /** What the operator writes into the first lines. */
  type(settings) {
    Object.assign(this.context, settings);
  }

  run(name, ...given) {
    return this.context[name](...given);
  }

  /** Somebody edits a spreadsheet: its trigger runs. */
  edit(id) {
    const trigger = this.triggers.all.find((one) => one.getTriggerSourceId() === id);
    this.run('onSheetChange', { triggerUid: trigger.getUniqueId(), changeType: 'EDIT' });
  }

  /** The clock's trigger runs; it is not punctual, and what is cached for a minute may still be there. */
  minute() {
    this.clock.now += 50_000;
    this.run('flush');
  }

  words(level) {
    return this.said.filter(([one]) => !level || one === level).map(([, text]) => text).join('\n');
  }
}

module.exports = { Project, MOST_TRIGGERS };
