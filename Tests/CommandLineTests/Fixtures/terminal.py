"""Runs a program on a pseudo-terminal and types for it.

    terminal.py STEPS PROGRAM ARGUMENT…

STEPS is a JSON array: each element is a list of a text to wait for on the screen since the last
step, and what to type then; "signal:N" sends a signal instead, "hangup" closes the terminal,
"resize:COLUMNSxROWS" gives it another size. Writes
JSON: status (128 and the number for a signal), screen, and whether the terminal's settings are the
same as before.
"""
import json, os, pty, select, signal, struct, sys, termios, time, fcntl

steps, command = json.loads(sys.argv[1]), sys.argv[2:]
primary, secondary = pty.openpty()
fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
before = termios.tcgetattr(secondary)
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(secondary, termios.TIOCSCTTY, 0)
    for stream in (0, 1, 2):
        os.dup2(secondary, stream)
    os.closerange(3, 256)
    os.execv(command[0], command)

screen, seen, closed = b"", 0, False
deadline = time.time() + 100


def pump(seconds):
    global screen, closed
    ready = select.select([primary], [], [], seconds)[0] if not closed else []
    if ready:
        try:
            data = os.read(primary, 65536)
        except OSError:
            data = b""
        screen += data
        closed = not data


def wait_for(text):
    global seen
    while time.time() < deadline:
        found = screen.find(text.encode(), seen)
        if found >= 0:
            seen = found + len(text.encode())
            return
        pump(0.1)
        if closed:
            break
    sys.exit(f"never saw {text!r} in {screen[seen:]!r}")


status = None
for text, typed in steps:
    wait_for(text)
    if typed.startswith("signal:"):
        os.kill(child, int(typed[7:]))
    elif typed.startswith("resize:"):
        columns, rows = map(int, typed[7:].split("x"))
        fcntl.ioctl(primary, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    elif typed == "hangup":
        os.close(secondary)
        os.close(primary)
        closed = True
    else:
        os.write(primary, typed.encode())
while status is None and time.time() < deadline:
    pump(0.02)
    done, code = os.waitpid(child, os.WNOHANG)
    if done:
        status = 128 + os.WTERMSIG(code) if os.WIFSIGNALED(code) else os.WEXITSTATUS(code)
if status is None:
    os.kill(child, signal.SIGKILL)
    sys.exit(f"does not end: {screen[-2000:]!r}")
while not closed and select.select([primary], [], [], 0.1)[0]:
    pump(0)
same = None
if not closed:
    same = termios.tcgetattr(secondary) == before
print(json.dumps({"status": status, "screen": screen.decode(errors="replace"), "restored": same}))
