//! A server on this machine that behaves well or badly, as told.

use std::{
    collections::HashMap,
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What a server answers to one path.
#[derive(Clone)]
pub enum Answer {
    Whole(Vec<u8>),
    /// A status, and nothing.
    Status(u16),
    /// To this path.
    Redirect(&'static str),
    /// The same, and a body that never ends.
    RedirectEndless(&'static str),
    /// Announces all of it, sends half and hangs up.
    CutOff(Vec<u8>),
    /// Announces so many bytes, whatever it sends.
    Announced(usize, Vec<u8>),
    /// Again and again, without end.
    Endless(Vec<u8>),
    /// Takes the request and answers nothing.
    Silent,
    /// Sends half and falls silent.
    Stalled(Vec<u8>),
    /// The same, with a tag.
    StalledTagged(&'static str, Vec<u8>),
    /// With a tag. Half of it to who asks for all of it; who asks for a rest gets this manner.
    Tagged(&'static str, Vec<u8>, Rest),
    /// One for each request; the last for all further ones.
    InTurn(Vec<Answer>),
}

/// What a server does when it is asked for the rest of a content.
#[derive(Clone, Copy)]
pub enum Rest {
    Given,
    /// All of it is sent instead.
    Ignored,
    /// Says that it starts elsewhere.
    FromElsewhere,
    /// The bytes are others.
    OtherBytes,
    /// The tag is another.
    OtherTag,
    /// Status 416.
    Refused,
}

/// A server that answers 404 to all other paths. It is a proxy as well.
pub struct Server {
    pub url: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    pub fn start<const N: usize>(answers: [(&str, Answer); N]) -> Self {
        let answers: HashMap<_, _> = answers
            .map(|(path, answer)| (path.to_owned(), answer))
            .into();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let turn = counter.fetch_add(1, Ordering::SeqCst);
                // A client that hangs up is no failure of the server.
                _ = respond(stream.unwrap(), &answers, turn);
            }
        });
        Server { url, requests }
    }

    /// An address at which nobody listens: a port that no other test can be given.
    pub fn gone() -> Self {
        Server {
            url: "http://127.0.0.1:1".into(),
            requests: Arc::default(),
        }
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// The head of a request.
struct Request {
    method: String,
    path: String,
    /// First byte of the rest that is asked for, and the tag it must have.
    rest: Option<(usize, String)>,
}

impl Request {
    fn read(stream: &mut impl BufRead) -> io::Result<Self> {
        let mut lines = stream.lines();
        let mut next = || lines.next().unwrap_or(Ok(String::new()));
        let first = next()?;
        let mut words = first.split(' ').map(str::to_owned);
        let (method, path) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let (mut start, mut tag) = (None, String::new());
        loop {
            let line = next()?.to_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(range) = line.strip_prefix("range: bytes=") {
                start = range.trim_end_matches('-').parse().ok();
            }
            if let Some(value) = line.strip_prefix("if-range: ") {
                tag = value.to_owned();
            }
        }
        Ok(Request {
            method,
            path,
            rest: start.map(|start| (start, tag)),
        })
    }
}

fn respond(
    mut stream: TcpStream,
    answers: &HashMap<String, Answer>,
    turn: usize,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = Request::read(&mut reader)?;
    if request.method == "CONNECT" {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        request = Request::read(&mut reader)?;
    }
    let not_found = Answer::Status(404);
    let answer = answers.get(&request.path).unwrap_or(&not_found);
    send(&mut stream, answer, &request, turn)
}

fn send(stream: &mut TcpStream, answer: &Answer, request: &Request, turn: usize) -> io::Result<()> {
    match answer {
        Answer::Whole(body) => {
            head(stream, "200 OK", body.len(), "")?;
            stream.write_all(body)
        }
        Answer::Status(status) => head(stream, &status.to_string(), 0, ""),
        Answer::Redirect(path) => head(stream, "302 Found", 0, &format!("Location: {path}\r\n")),
        Answer::RedirectEndless(path) => {
            let length = usize::MAX;
            head(
                stream,
                "302 Found",
                length,
                &format!("Location: {path}\r\n"),
            )?;
            until_hung_up(stream)
        }
        Answer::CutOff(body) => {
            head(stream, "200 OK", body.len(), "")?;
            stream.write_all(&body[..body.len() / 2])
        }
        Answer::Announced(length, body) => {
            head(stream, "200 OK", *length, "")?;
            stream.write_all(body)
        }
        Answer::Endless(body) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(body)?;
            }
        }
        Answer::Silent => until_hung_up(stream),
        Answer::Stalled(body) => {
            head(stream, "200 OK", body.len(), "")?;
            stream.write_all(&body[..body.len() / 2])?;
            until_hung_up(stream)
        }
        Answer::StalledTagged(tag, body) => {
            head(stream, "200 OK", body.len(), &format!("ETag: {tag}\r\n"))?;
            stream.write_all(&body[..body.len() / 2])?;
            until_hung_up(stream)
        }
        Answer::Tagged(tag, body, rest) => tagged(stream, tag, body, *rest, request),
        Answer::InTurn(answers) => {
            send(stream, &answers[turn.min(answers.len() - 1)], request, turn)
        }
    }
}

fn head(stream: &mut TcpStream, status: &str, length: usize, more: &str) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{more}Connection: close\r\n\r\n"
    )
}

fn until_hung_up(stream: &mut TcpStream) -> io::Result<()> {
    stream.read(&mut [0]).map(|_| ())
}

fn tagged(
    stream: &mut TcpStream,
    tag: &str,
    body: &[u8],
    rest: Rest,
    request: &Request,
) -> io::Result<()> {
    let etag = format!("ETag: {tag}\r\n");
    let Some((start, _)) = request.rest.as_ref().filter(|(_, asked)| asked == tag) else {
        head(stream, "200 OK", body.len(), &etag)?;
        let sent = if request.rest.is_some() {
            body
        } else {
            &body[..body.len() / 2]
        };
        return stream.write_all(sent);
    };
    let part = |first: usize| {
        let (last, all) = (body.len() - 1, body.len());
        let etag = match rest {
            Rest::OtherTag => "ETag: \"other\"\r\n",
            _ => &etag,
        };
        format!("{etag}Content-Range: bytes {first}-{last}/{all}\r\n")
    };
    let length = body.len() - start;
    match rest {
        Rest::Given | Rest::OtherTag => {
            head(stream, "206 Partial Content", length, &part(*start))?;
            stream.write_all(&body[*start..])
        }
        Rest::Ignored => {
            head(stream, "200 OK", body.len(), &etag)?;
            stream.write_all(body)
        }
        Rest::FromElsewhere => {
            head(stream, "206 Partial Content", body.len(), &part(0))?;
            stream.write_all(body)
        }
        Rest::OtherBytes => {
            head(stream, "206 Partial Content", length, &part(*start))?;
            stream.write_all(&vec![0; length])
        }
        Rest::Refused => head(stream, "416 Range Not Satisfiable", 0, ""),
    }
}
