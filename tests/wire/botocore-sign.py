# Signs random requests with botocore and prints them, one JSON object per line: python3 botocore-sign.py COUNT SEED
import base64
import json
import random
import sys
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

count, seed = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
TEXT = "abcXYZ019-_.~ /:+&=%@!$'()*,;é€😀"


def text(most, least=0):
    return "".join(rng.choice(TEXT) for _ in range(rng.randint(least, most)))


def name():
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(rng.randint(1, 10)))


def sign(number):
    kind = rng.choice(["header", "header", "query", "s3-header", "s3-query"])
    s3 = kind.startswith("s3")
    service = "s3" if s3 else rng.choice(["ecs", "sts", "ec2", "logs", "ecr"])
    region = rng.choice(["us-east-1", "eu-central-1", "ap-southeast-2"])
    token = text(30, 1).encode("ascii", "ignore").decode() or None if rng.random() < 0.4 else None
    token = None if token is None else "T" + name() + "/+=" + name()
    credentials = Credentials(f"AKID{number}X" + name().upper(), "secret/" + name() + "+" + name(), token)
    segments = [quote(text(8, 1), safe="-_.~") for _ in range(rng.randint(0, 3))]
    segments = [s if s not in (".", "..") else "dot" for s in segments]
    path = "/" + "/".join(segments)
    pairs = [quote(text(6, 1), safe="-_.~") + "=" + quote(text(8), safe="-_.~") for _ in range(rng.randint(0, 4))]
    url = "http://127.0.0.1:4566" + path + ("?" + "&".join(pairs) if pairs else "")
    method = rng.choice(["GET", "POST", "PUT", "DELETE", "HEAD"])
    # Presigning would move a body into the query.
    body = b"" if method in ("GET", "HEAD", "DELETE") or kind.endswith("query") else bytes(rng.getrandbits(8) for _ in range(rng.randint(0, 60)))
    headers = {"Content-Type": rng.choice(["application/x-amz-json-1.1", "text/plain; charset=utf-8"])}
    if rng.random() < 0.5:
        headers["X-Amz-Target"] = "Service_2020." + name()
    for _ in range(rng.randint(0, 3)):
        headers["X-Amz-Meta-" + name()] = ("  " if rng.random() < 0.3 else "") + name() + "   " + name() + "/" + name()
    request = AWSRequest(method=method, url=url, headers=headers, data=body)
    auth = {"header": SigV4Auth, "query": SigV4QueryAuth, "s3-header": S3SigV4Auth, "s3-query": S3SigV4QueryAuth}[kind]
    (auth(credentials, service, region, expires=rng.randint(60, 3600)) if kind.endswith("query") else auth(credentials, service, region)).add_auth(request)
    prepared = request.prepare()
    split = urlsplit(prepared.url)
    sent = {k: (v.decode("utf-8") if isinstance(v, bytes) else v) for k, v in prepared.headers.items()}
    sent["Host"] = split.netloc
    return {
        "kind": kind,
        "service": service,
        "region": region,
        "accessKeyId": credentials.access_key,
        "secret": credentials.secret_key,
        "token": token,
        "method": method,
        "url": split.path + ("?" + split.query if split.query else ""),
        # node:http hands header values out trimmed.
        "headers": [[k, v.strip()] for k, v in sent.items()],
        "body": base64.b64encode(body).decode(),
    }


for number in range(count):
    print(json.dumps(sign(number)))
