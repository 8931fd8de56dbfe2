"""A real mail server for tests: takes mail on 127.0.0.1, keeps each message as NNNN.eml with its envelope in NNNN.json,
and misbehaves as told. Prints its port once it listens, and ends when its standard input does, so that it outlives no
test.

The one argument is JSON: folder, port (0 for any), delay (seconds between keeping a message and answering),
tls ({certificate, key} or null), auth ({user, password} or null) and rules. A rule is {at, does, says, times}: at one of MAIL, RCPT, DATA (the command)
and CONTENT (the message itself), `says` a reply, or `hangs`, or `drops` the connection, so many times (-1 for always).
What is dropped at CONTENT has been kept: the sender only never learns of it.
"""

import asyncio
import json
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult, syntax

FOREVER = 86_400


class Keeper:
    def __init__(self, told):
        self.folder = told["folder"]
        self.delay = told["delay"]
        self.rules = told["rules"]
        self.kept = 0
        self.log = open(os.path.join(self.folder, "said.log"), "a", encoding="utf-8", buffering=1)

    def say(self, words):
        self.log.write(words + "\n")

    def rule(self, at):
        """The first rule for this step that has not been used up."""
        for rule in self.rules:
            if rule["at"] == at and rule["times"] != 0:
                rule["times"] -= 1
                return rule
        return None

    async def meet(self, server, at):
        """Does what a rule says here; gives a reply to answer with, or none to go on."""
        rule = self.rule(at)
        if rule is None:
            return None
        if rule["does"] == "says":
            return rule["says"]
        if rule["does"] == "drops":
            server.transport.abort()
        await asyncio.sleep(FOREVER)

    def keep(self, session, envelope):
        self.kept += 1
        name = os.path.join(self.folder, f"{self.kept:04}")
        facts = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "connection": session.peer[1],
            "tls": session.ssl is not None,
        }
        with open(f"{name}.json", "w", encoding="utf-8") as file:
            json.dump(facts, file)
        with open(f"{name}.part", "wb") as file:
            file.write(envelope.content)
        # Whoever looks sees a whole message with its envelope, or none.
        os.rename(f"{name}.part", f"{name}.eml")

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.say("MAIL")
        reply = await self.meet(server, "MAIL")
        if reply is not None:
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.say("RCPT")
        reply = await self.meet(server, "RCPT")
        if reply is not None:
            return reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        self.say("CONTENT")
        rule = next((rule for rule in self.rules if rule["at"] == "CONTENT" and rule["times"] != 0), None)
        if rule is None or rule["does"] == "drops":
            self.keep(session, envelope)
        number = self.kept
        reply = await self.meet(server, "CONTENT")
        if reply is not None:
            return reply
        await asyncio.sleep(self.delay)
        return f"250 2.0.0 Ok: queued as {number:04}"


class Server(SMTP):
    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname):
        self.event_handler.say("EHLO")
        await super().smtp_EHLO(hostname)

    @syntax("DATA")
    async def smtp_DATA(self, arg):
        self.event_handler.say("DATA")
        if self.envelope.rcpt_tos:
            reply = await self.event_handler.meet(self, "DATA")
            if reply is not None:
                await self.push(reply)
                return
        await super().smtp_DATA(arg)


def end_with_whoever_started_this():
    sys.stdin.buffer.read()
    os._exit(0)


async def main(told):
    loop = asyncio.get_running_loop()
    keeper = Keeper(told)
    tls = None
    if told["tls"]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(told["tls"]["certificate"], told["tls"]["key"])

    auth = {}
    if told["auth"]:
        right = (told["auth"]["user"].encode(), told["auth"]["password"].encode())

        def authenticate(server, session, envelope, mechanism, data):
            return AuthResult(success=(data.login, data.password) == right, handled=False)

        auth = {"authenticator": authenticate, "auth_require_tls": False, "auth_required": True}

    def make():
        return Server(keeper, hostname="mail.test", ident="test", tls_context=tls, data_size_limit=0, loop=loop, **auth)

    server = await loop.create_server(make, "127.0.0.1", told["port"])
    threading.Thread(target=end_with_whoever_started_this, daemon=True).start()
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main(json.loads(sys.argv[1])))
