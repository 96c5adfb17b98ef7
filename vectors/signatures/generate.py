#!/usr/bin/env python3
"""Writes the signature vectors in this folder: a signer of its own, from the published descriptions only.

The server's tests verify what this signs, so an error would have to be made twice, in two languages, to stay unseen.
Run it here: python3 generate.py
"""
import base64, hashlib, hmac, json, os, zlib
from urllib.parse import quote

KEY_ID = 'AKIDCOFFEREXAMPLE'
SECRET = 'coffer/example+secret0123456789ABCDEFGHIJ'
STAMP = '20260124T061530Z'
HTTP_DATE = 'Sat, 24 Jan 2026 06:15:30 GMT'
NOW_SECONDS = 1769235330
EMPTY = hashlib.sha256(b'').hexdigest()
HOST = 'localhost:9000'


def mac(key, text):
    return hmac.new(key, text.encode('utf-8'), hashlib.sha256).digest()


def signing_key(secret, date, region, service):
    key = ('AWS4' + secret).encode()
    for part in (date, region, service, 'aws4_request'):
        key = mac(key, part)
    return key


def escape(text):
    return quote(text, safe='-._~')


def canonical_query(pairs):
    return '&'.join('%s=%s' % pair for pair in sorted((escape(n), escape(v)) for n, v in pairs))


def sigv4(method, path, pairs, headers, payload, stamp=STAMP, secret=SECRET, region='us-east-1', service='s3'):
    """Returns the signature. headers: lower-case names, as they get signed."""
    headers = sorted(headers)
    lines = ''.join('%s:%s\n' % (n, ' '.join(v.split(' ')).strip()) for n, v in headers)
    names = ';'.join(n for n, _ in headers)
    request = '\n'.join([method, path, canonical_query(pairs), lines, names, payload])
    scope = '%s/%s/%s/aws4_request' % (stamp[:8], region, service)
    to_sign = '\n'.join(['AWS4-HMAC-SHA256', stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    return mac(signing_key(secret, stamp[:8], region, service), to_sign).hex()


def raw_query(pairs):
    return '&'.join('%s=%s' % (escape(n), escape(v)) for n, v in pairs)


def header_request(method='GET', path='/bucket/key', pairs=(), headers=(), body=b'', payload=None, unsigned=(), **more):
    payload = payload or hashlib.sha256(body).hexdigest()
    stamp = more.get('stamp', STAMP)
    signed = [('host', HOST), ('x-amz-content-sha256', payload), ('x-amz-date', stamp)] + list(headers)
    signature = sigv4(method, path, pairs, signed, payload, **more)
    key_id = KEY_ID
    auth = 'AWS4-HMAC-SHA256 Credential=%s/%s/%s/%s/aws4_request, SignedHeaders=%s, Signature=%s' % (
        key_id, stamp[:8], more.get('region', 'us-east-1'), more.get('service', 's3'),
        ';'.join(sorted(n for n, _ in signed)), signature)
    return {
        'method': method, 'path': path, 'query': raw_query(pairs),
        'headers': [list(h) for h in signed] + [list(h) for h in unsigned] + [['authorization', auth]],
        'body_base64': base64.b64encode(body).decode(),
    }, signature


def query_request(method='GET', path='/bucket/key', pairs=(), headers=(), body=b'', expires='3600', unsigned=(),
                  payload='UNSIGNED-PAYLOAD', **more):
    stamp = more.get('stamp', STAMP)
    signed = [('host', HOST)] + list(headers)
    scope = '%s/%s/%s/aws4_request' % (stamp[:8], more.get('region', 'us-east-1'), more.get('service', 's3'))
    everything = list(pairs) + [
        ('X-Amz-Algorithm', 'AWS4-HMAC-SHA256'), ('X-Amz-Credential', KEY_ID + '/' + scope), ('X-Amz-Date', stamp),
        ('X-Amz-Expires', expires), ('X-Amz-SignedHeaders', ';'.join(sorted(n for n, _ in signed)))]
    signature = sigv4(method, path, everything, signed, payload, **more)
    return {
        'method': method, 'path': path, 'query': raw_query(everything + [('X-Amz-Signature', signature)]),
        'headers': [list(h) for h in signed] + [list(h) for h in unsigned],
        'body_base64': base64.b64encode(body).decode(),
    }


def chunk_chain(seed, stamp=STAMP):
    key = signing_key(SECRET, stamp[:8], 'us-east-1', 's3')
    scope = stamp[:8] + '/us-east-1/s3/aws4_request'
    state = {'previous': seed}

    def chunk(data):
        text = '\n'.join(['AWS4-HMAC-SHA256-PAYLOAD', stamp, scope, state['previous'], EMPTY,
                          hashlib.sha256(data).hexdigest()])
        state['previous'] = mac(key, text).hex()
        return state['previous']

    def trailer(lines):
        text = '\n'.join(['AWS4-HMAC-SHA256-TRAILER', stamp, scope, state['previous'],
                          hashlib.sha256(lines.encode()).hexdigest()])
        state['previous'] = mac(key, text).hex()
        return state['previous']

    return chunk, trailer


def crc32_base64(data):
    return base64.b64encode(zlib.crc32(data).to_bytes(4, 'big')).decode()


def framed(frames):
    """frames: (size text, extension, data)"""
    return b''.join((size + extension + '\r\n').encode() + data + (b'\r\n' if data else b'')
                    for size, extension, data in frames)


def chunked(data, chunk_bytes, kind, edit=None, frame_edit=None, trailer_lines=None, tail=b'', extra=(), announced='x-amz-checksum-crc32',
            declared=None, drop_length=False):
    """kind: signed, signed-trailer, unsigned-trailer."""
    payload = {'signed': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
               'signed-trailer': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
               'unsigned-trailer': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'}[kind]
    headers = [] if drop_length else [('x-amz-decoded-content-length', declared or str(len(data)))]
    if kind != 'signed' and announced:
        headers.append(('x-amz-trailer', announced))
    request, seed = header_request('PUT', headers=headers + list(extra), payload=payload)
    chunk, trailer = chunk_chain(seed)
    parts = [data[at:at + chunk_bytes] for at in range(0, len(data), chunk_bytes)]
    frames = [['%x' % len(part), ';chunk-signature=' + chunk(part) if kind != 'unsigned-trailer' else '', part]
              for part in parts + [b'']]
    if frame_edit:
        frames = frame_edit(frames)
    body = framed(frames)
    if kind != 'signed':
        lines = trailer_lines if trailer_lines is not None else ['x-amz-checksum-crc32:' + crc32_base64(data)]
        for line in lines:
            body += line.encode() + b'\r\n'
        if kind == 'signed-trailer':
            signature = trailer(''.join(line.rstrip('\n') + '\n' for line in lines))
            body += b'x-amz-trailer-signature:' + signature.encode() + b'\r\n'
    body += b'\r\n' + tail
    if edit:
        body = edit(body)
    request['body_base64'] = base64.b64encode(body).decode()
    return request


def sha1(text):
    return base64.b64encode(hmac.new(SECRET.encode(), text.encode('utf-8'), hashlib.sha1).digest()).decode()


def sigv2_header(method='GET', path='/bucket/key', query='', resource='', headers=(), date=HTTP_DATE, unsigned=(),
                 body=b'', bucket='', host=HOST):
    named = dict(headers)
    amz = ''.join('%s:%s\n' % (n, v) for n, v in sorted(headers) if n.startswith('x-amz-'))
    slot = '' if 'x-amz-date' in named else date
    text = '\n'.join([method, named.get('content-md5', ''), named.get('content-type', ''), slot, amz + bucket + path + resource])
    dates = [] if 'x-amz-date' in named else [['date', date]]
    return {'method': method, 'path': path, 'query': query,
            'headers': [['host', host]] + dates + [list(h) for h in headers] + [list(h) for h in unsigned]
            + [['authorization', 'AWS %s:%s' % (KEY_ID, sha1(text))]],
            'body_base64': base64.b64encode(body).decode()}


def sigv2_query(method='GET', path='/bucket/key', pairs=(), resource='', expires=None, headers=(), unsigned=(), extra=''):
    expires = expires or str(NOW_SECONDS + 600)
    amz = ''.join('%s:%s\n' % (n, v) for n, v in sorted(headers) if n.startswith('x-amz-'))
    named = dict(headers)
    text = '\n'.join([method, named.get('content-md5', ''), named.get('content-type', ''), expires, amz + path + resource])
    everything = list(pairs) + [('AWSAccessKeyId', KEY_ID), ('Expires', expires), ('Signature', sha1(text))]
    return {'method': method, 'path': path, 'query': raw_query(everything) + extra,
            'headers': [['host', HOST]] + [list(h) for h in headers] + [list(h) for h in unsigned], 'body_base64': ''}


def ok(name, request, scheme, body=None, **more):
    return {'name': name, 'request': dict(request),
            'expect': dict({'verified': scheme, 'body_sha256': hashlib.sha256(
                body if body is not None else base64.b64decode(request['body_base64'])).hexdigest()}, **more)}


def bad(name, request, kind, at='request'):
    return {'name': name, 'request': dict(request), 'expect': {'refused': kind, 'at': at}}


def changed(request, **more):
    return dict(request, **more)


def with_header(request, name, value):
    kept = [h for h in request['headers'] if h[0] != name]
    return changed(request, headers=kept + ([[name, value]] if value is not None else []))


def in_authorization(request, old, new):
    return changed(request, headers=[[n, v.replace(old, new) if n == 'authorization' else v] for n, v in request['headers']])


def write(name, vectors):
    for vector in vectors:
        # Long bodies are mostly pattern: they are written compressed (zlib, RFC 1950).
        body = base64.b64decode(vector['request'].pop('body_base64'))
        vector['request']['body_zlib_base64'] = base64.b64encode(zlib.compress(body, 9)).decode() if body else ''
    page = {'access_key_id': KEY_ID, 'secret': SECRET, 'now_seconds': NOW_SECONDS, 'regions': ['us-east-1', 'eu-west-1'],
            'vectors': vectors}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), 'w') as out:
        json.dump(page, out, indent=1, ensure_ascii=False)
        out.write('\n')
    print(name, len(vectors), 'of them refused:', sum('refused' in v['expect'] for v in vectors))


def sigv4_header_vectors():
    plain, _ = header_request()
    put, _ = header_request('PUT', body=b'hello', headers=[('x-amz-meta-a', 'one'), ('content-type', 'text/plain')])
    flipped = plain['headers'][-1][1]
    last = flipped[-1]
    other = '0' if last != '0' else '1'
    return [
        ok('a GET', plain, 'sigv4'),
        ok('a PUT with its digest and covered metadata', put, 'sigv4'),
        ok('a PUT with an unsigned body', header_request('PUT', body=b'hello', payload='UNSIGNED-PAYLOAD')[0], 'sigv4'),
        ok('a listing with parameters in another order', header_request(path='/bucket', pairs=[
            ('prefix', 'a b/ü+'), ('list-type', '2'), ('delimiter', '/')])[0], 'sigv4'),
        ok('dots and doubled slashes in a key stay', header_request(path='/bucket/a/../b//c/./d')[0], 'sigv4'),
        ok('an escaped name', header_request(path='/bucket/%C3%BC%20%2B%3F%25')[0], 'sigv4'),
        ok('a name with characters that the client left as they are', changed(
            header_request(path='/bucket/a%28b%29%2C%3D')[0], path='/bucket/a(b),='), 'sigv4'),
        ok('another region that is served', header_request(region='eu-west-1')[0], 'sigv4'),
        ok('a sub-resource without value', changed(header_request(path='/bucket', pairs=[('encryption', '')])[0],
                                                   query='encryption'), 'sigv4'),
        ok('fifteen minutes late, to the second', header_request(stamp='20260124T060030Z')[0], 'sigv4'),
        bad('the last digit of the signature', in_authorization(plain, 'Signature=' + flipped.split('Signature=')[1],
            'Signature=' + flipped.split('Signature=')[1][:-1] + other), 'signature-does-not-match'),
        bad('an upper-case signature', in_authorization(plain, 'Signature=' + flipped.split('Signature=')[1],
            'Signature=' + flipped.split('Signature=')[1].upper()), 'signature-does-not-match'),
        bad('another method', changed(plain, method='DELETE'), 'signature-does-not-match'),
        bad('another key', changed(plain, path='/bucket/kez'), 'signature-does-not-match'),
        bad('a normalised path is another path', changed(header_request(path='/bucket/a/../b')[0], path='/bucket/b'),
            'signature-does-not-match'),
        bad('a parameter more', changed(plain, query='acl'), 'signature-does-not-match'),
        bad('another host', with_header(plain, 'host', 'other.localhost:9000'), 'signature-does-not-match'),
        bad('other metadata', with_header(put, 'x-amz-meta-a', 'two'), 'signature-does-not-match'),
        bad('metadata that is not signed', with_header(put, 'x-amz-meta-b', 'two'), 'access-denied'),
        bad('a covered header that did not come', with_header(put, 'x-amz-meta-a', None), 'signature-does-not-match'),
        bad('another body', changed(put, body_base64=base64.b64encode(b'hallo').decode()), 'signed-digest-mismatch', 'body'),
        bad('another digest', with_header(put, 'x-amz-content-sha256', hashlib.sha256(b'hallo').hexdigest()),
            'signature-does-not-match'),
        bad('a region that is not served', header_request(region='eu-north-1')[0], 'malformed-authorization'),
        bad('another service', header_request(service='kms')[0], 'malformed-authorization'),
        bad('the scope of another day', in_authorization(plain, '/20260124/', '/20260123/'), 'malformed-authorization'),
        bad('sixteen minutes late', header_request(stamp='20260124T055930Z')[0], 'request-time-too-skewed'),
        bad('an unknown access key', in_authorization(plain, KEY_ID, KEY_ID.lower()), 'unknown-access-key'),
        bad('another secret', header_request(secret='wrong')[0], 'signature-does-not-match'),
    ]


def sigv4_query_vectors():
    get = query_request()
    put = query_request('PUT', body=b'hello')
    return [
        ok('a GET', get, 'sigv4-query'),
        ok('a PUT, whatever the body', put, 'sigv4-query'),
        ok('metadata that was moved into the query', query_request('PUT', pairs=[('x-amz-meta-a', 'one')], body=b'hello'),
           'sigv4-query', headers={'x-amz-meta-a': 'one'}),
        ok('a changed answer header', query_request(pairs=[('response-content-type', 'text/plain')]), 'sigv4-query'),
        ok('a signed header', query_request('PUT', headers=[('x-amz-acl', 'private')]), 'sigv4-query',
           headers={'x-amz-acl': 'private'}),
        ok('seven days', query_request(expires='604800'), 'sigv4-query'),
        ok('the payload word as a parameter', query_request(pairs=[('X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD')]), 'sigv4-query'),
        bad('a copy source that is not signed', with_header(put, 'x-amz-copy-source', '/secret/k'), 'access-denied'),
        bad('HEAD with a signature for GET', changed(get, method='HEAD'), 'signature-does-not-match'),
        bad('another answer header', changed(get, query=get['query'] + '&response-content-type=text%2Fhtml'),
            'signature-does-not-match'),
        bad('a second too long', query_request(expires='604801'), 'malformed-query-authorization'),
        bad('no time at all', query_request(expires='0'), 'malformed-query-authorization'),
        bad('a sign in the time', query_request(expires='+60'), 'malformed-query-authorization'),
        bad('ended', query_request(stamp='20260124T051529Z'), 'request-expired'),
        bad('not begun', query_request(stamp='20260124T063531Z'), 'request-time-too-skewed'),
        bad('an unreadable date', query_request(stamp='20260124T061560Z'), 'malformed-query-authorization'),
        bad('a signature that says it has chunks without signing that it has', with_header(
            put, 'x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'), 'invalid-request'),
        bad('no signature', changed(get, query=get['query'].split('&X-Amz-Signature=')[0]), 'malformed-query-authorization'),
    ]


def chunked_vectors():
    data = bytes((i // 64 + i // 4096) % 256 for i in range(20000))
    size = 8192

    def swap(frames):
        return [frames[1], frames[0]] + frames[2:]

    def repeat(frames):
        return [frames[0], frames[0]] + frames[1:]

    def unsign(frames):
        return [[frames[0][0], '', frames[0][2]]] + frames[1:]

    def resize(text):
        return lambda frames: [[text, frames[0][1], frames[0][2]]] + frames[1:]

    def no_end(frames):
        return frames[:-1]

    good_crc = 'x-amz-checksum-crc32:' + crc32_base64(data)
    return [
        ok('signed chunks', chunked(data, size, 'signed'), 'sigv4', data),
        ok('one signed chunk', chunked(data, 1 << 20, 'signed'), 'sigv4', data),
        ok('nothing, signed', chunked(b'', size, 'signed'), 'sigv4', b''),
        ok('signed chunks and a signed trailer', chunked(data, size, 'signed-trailer'), 'sigv4', data,
           trailers={'x-amz-checksum-crc32': crc32_base64(data)}),
        ok('unsigned chunks and a trailer', chunked(data, size, 'unsigned-trailer'), 'sigv4', data,
           trailers={'x-amz-checksum-crc32': crc32_base64(data)}),
        ok('a trailer line that ends in LF CR LF', chunked(data, size, 'signed-trailer', trailer_lines=[good_crc + '\n']),
           'sigv4', data, trailers={'x-amz-checksum-crc32': crc32_base64(data)}),
        bad('two chunks swapped', chunked(data, size, 'signed', frame_edit=swap), 'signature-does-not-match', 'body'),
        bad('the first chunk twice', chunked(data, size, 'signed', frame_edit=repeat, declared=str(len(data) + size)),
            'signature-does-not-match', 'body'),
        bad('a chunk without its signature', chunked(data, size, 'signed', frame_edit=unsign), 'signature-does-not-match', 'body'),
        bad('a changed byte in the second chunk', chunked(data, size, 'signed', edit=lambda b: b[:9000] + bytes([b[9000] ^ 1]) + b[9001:]),
            'signature-does-not-match', 'body'),
        bad('no last chunk', chunked(data, size, 'signed', frame_edit=no_end), 'malformed-chunk', 'body'),
        bad('the end is cut', chunked(data, size, 'signed', edit=lambda b: b[:-2]), 'incomplete-body', 'body'),
        bad('bytes after the end', chunked(data, size, 'signed', tail=b'x'), 'malformed-chunk', 'body'),
        bad('longer than promised', chunked(data, size, 'signed', declared='19999'), 'malformed-chunk', 'body'),
        bad('shorter than promised', chunked(data, 1 << 20, 'signed', declared='20001'), 'incomplete-body', 'body'),
        bad('no promised length', chunked(data, size, 'signed', drop_length=True), 'missing-content-length'),
        bad('a promised length below nothing', chunked(data, size, 'signed', declared='-1'), 'invalid-argument'),
        bad('a promised length of 2^60', chunked(data, size, 'signed', declared=str(1 << 60)), 'invalid-argument'),
        bad('a chunk size with a sign', chunked(data, size, 'signed', frame_edit=resize('+2000')), 'malformed-chunk', 'body'),
        bad('a chunk size with a prefix', chunked(data, size, 'signed', frame_edit=resize('0x2000')), 'malformed-chunk', 'body'),
        bad('a chunk size of twenty digits', chunked(data, size, 'signed', frame_edit=resize('0' * 16 + '2000')), 'malformed-chunk', 'body'),
        bad('chunks of one byte', chunked(data[:64], 1, 'unsigned-trailer'), 'malformed-chunk', 'body'),
        bad('a wrong trailer signature', chunked(data, size, 'signed-trailer', edit=lambda b: b[:-5] + bytes([b[-5] ^ 1]) + b[-4:]),
            'signature-does-not-match', 'body'),
        bad('no trailer signature', chunked(data, size, 'signed-trailer', edit=lambda b: b[:b.rindex(b'x-amz-trailer-signature')] + b'\r\n'),
            'signature-does-not-match', 'body'),
        bad('a trailer that was not announced', chunked(data, size, 'unsigned-trailer', trailer_lines=[good_crc, 'x-amz-acl:public-read']),
            'malformed-trailer', 'body'),
        bad('an announced trailer that did not come', chunked(data, size, 'unsigned-trailer', trailer_lines=[]), 'malformed-trailer', 'body'),
        bad('a trailer twice', chunked(data, size, 'unsigned-trailer', trailer_lines=[good_crc, good_crc]), 'malformed-trailer', 'body'),
        bad('an announced right', chunked(data, size, 'unsigned-trailer', announced='x-amz-acl', trailer_lines=['x-amz-acl:public-read']),
            'malformed-trailer'),
        bad('nothing announced', chunked(data, size, 'unsigned-trailer', announced=''), 'malformed-trailer'),
    ]


def sigv2_vectors():
    get = sigv2_header()
    url = sigv2_query()
    put = sigv2_header('PUT', headers=[('content-md5', 'XUFAKrxLKna5cZ2REBfFkg=='), ('content-type', 'text/plain'),
                                       ('x-amz-meta-a', 'one')], body=b'hello')
    return [
        ok('a GET', get, 'sigv2'),
        ok('a PUT with metadata', put, 'sigv2', headers={'x-amz-meta-a': 'one'}),
        ok('metadata with two blanks in a row', sigv2_header('PUT', headers=[('x-amz-meta-a', 'one  two')]), 'sigv2',
           headers={'x-amz-meta-a': 'one  two'}),
        ok('x-amz-date in place of the date', sigv2_header(headers=[('x-amz-date', HTTP_DATE)]), 'sigv2'),
        ok('x-amz-date in ISO form', sigv2_header(headers=[('x-amz-date', STAMP)]), 'sigv2'),
        ok('listed parameters', sigv2_header(query='uploadId=u&partNumber=1', resource='?partNumber=1&uploadId=u'), 'sigv2'),
        ok('a listing, whose parameters are not signed', sigv2_header(path='/bucket/', query='prefix=a&max-keys=2'), 'sigv2'),
        ok('a bucket in the host', sigv2_header(path='/key', bucket='/mine', host='mine.localhost:9000'), 'sigv2'),
        ok('a URL', url, 'sigv2-query'),
        ok('a URL with a decoded answer header', sigv2_query(pairs=[('response-content-type', 'text/plain')],
                                                            resource='?response-content-type=text/plain'), 'sigv2-query'),
        bad('another key', changed(get, path='/bucket/kez'), 'signature-does-not-match'),
        bad('another bucket in the host', with_header(sigv2_header(path='/key', bucket='/mine', host='mine.localhost:9000'),
                                                      'host', 'your.localhost:9000'), 'signature-does-not-match'),
        bad('an added ?acl', changed(get, query='acl'), 'signature-does-not-match'),
        bad('an added ?encryption', changed(get, query='encryption'), 'signature-does-not-match'),
        bad('other metadata', with_header(put, 'x-amz-meta-a', 'two'), 'signature-does-not-match'),
        bad('added metadata', with_header(put, 'x-amz-meta-b', 'two'), 'signature-does-not-match'),
        bad('an unreadable date', sigv2_header(date='24 Jan 2026 06:15:30'), 'access-denied'),
        bad('digits in place of the date', sigv2_header(date=str(NOW_SECONDS)), 'access-denied'),
        bad('an old date', sigv2_header(date='Sat, 24 Jan 2026 05:15:30 GMT'), 'request-time-too-skewed'),
        bad('a header signature as a URL', sigv2_query(expires=HTTP_DATE), 'access-denied'),
        bad('an ended URL', sigv2_query(expires=str(NOW_SECONDS - 1)), 'request-expired'),
        bad('an unreadable end', sigv2_query(expires='1e10'), 'access-denied'),
        bad('an end in ten years', sigv2_query(expires=str(NOW_SECONDS + 315360000)), 'access-denied'),
        bad('a changed end', changed(url, query=url['query'].replace('Expires=1769235930', 'Expires=1769235931')),
            'signature-does-not-match'),
        bad('a signature that is no base64', changed(
            get, headers=get['headers'][:-1] + [['authorization', get['headers'][-1][1][:-1] + '~']]),
            'signature-does-not-match'),
        bad('a value that reads like two parameters', changed(sigv2_header(
            query='uploadId=u&partNumber=1', resource='?partNumber=1&uploadId=u'), query='partNumber=1%26uploadId%3Du'),
            'signature-does-not-match'),
    ]


write('sigv4-header.json', sigv4_header_vectors())
write('sigv4-query.json', sigv4_query_vectors())
write('sigv4-chunked.json', chunked_vectors())
write('sigv2.json', sigv2_vectors())
