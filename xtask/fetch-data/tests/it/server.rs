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
    time::Duration,
};

/// What a server answers to one path.
#[derive(Clone)]
pub enum Answer {
    /// All of it, or the requested range.
    Whole(Vec<u8>),
    /// A status, and nothing.
    Status(u16),
    /// A redirection to this address.
    Redirect(String),
    /// Announces all of it, sends half and hangs up.
    CutOff(Vec<u8>),
    /// Announces all of it, sends half and falls silent.
    Stalled(Vec<u8>),
    /// Sends the requested range as zeros.
    WrongRest(Vec<u8>),
    /// Sends the same bytes without end.
    Endless(Vec<u8>),
    /// Announces much and sends a byte now and then.
    Trickling,
    /// Takes the request and answers nothing.
    Silent,
    /// One for each request; the last for all further ones.
    InTurn(Vec<Answer>),
}

/// A server that answers 404 to all other paths, and is also a proxy.
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
                // A client that hangs up is not a failure of the server.
                _ = respond(stream.unwrap(), &answers, turn);
            }
        });
        Server { url, requests }
    }

    /// A server of `/mnist/digits.gz`.
    pub fn of_digits(answer: Answer) -> Self {
        Server::start([("/mnist/digits.gz", answer)])
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

fn respond(stream: TcpStream, answers: &HashMap<String, Answer>, turn: usize) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut method, mut path, mut start) = read_request(&mut reader)?;
    let mut stream = stream;
    if method == "CONNECT" {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        (method, path, start) = read_request(&mut reader)?;
    }
    assert_eq!(method, "GET");
    let not_found = Answer::Status(404);
    send(
        &mut stream,
        answers.get(&path).unwrap_or(&not_found),
        start,
        turn,
    )
}

/// The method, the path, and the first byte of the requested range.
fn read_request(stream: &mut impl BufRead) -> io::Result<(String, String, usize)> {
    let mut lines = stream.lines();
    let mut next = || lines.next().unwrap_or(Ok(String::new()));
    let first = next()?;
    let mut words = first.split(' ').map(str::to_owned);
    let mut word = || words.next().unwrap_or_default();
    let (method, path) = (word(), word());
    let mut start = 0;
    loop {
        let line = next()?.to_lowercase();
        if line.is_empty() {
            return Ok((method, path, start));
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            start = range.trim_end_matches('-').parse().unwrap();
        }
    }
}

fn send(stream: &mut TcpStream, answer: &Answer, start: usize, turn: usize) -> io::Result<()> {
    match answer {
        Answer::Whole(body) if start == 0 => {
            head(stream, "200 OK", body.len(), "")?;
            stream.write_all(body)
        }
        Answer::Whole(body) if start < body.len() => rest(stream, body, start),
        Answer::WrongRest(body) if start > 0 => rest(stream, &vec![0; body.len()], start),
        Answer::Whole(_) => head(stream, "416 Range Not Satisfiable", 0, ""),
        Answer::Status(status) => head(stream, &status.to_string(), 0, ""),
        Answer::Redirect(to) => head(stream, "302 Found", 0, &format!("Location: {to}\r\n")),
        Answer::CutOff(body) | Answer::WrongRest(body) => half(stream, body),
        Answer::Stalled(body) => {
            half(stream, body)?;
            until_hung_up(stream)
        }
        Answer::Endless(body) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(body)?;
            }
        }
        Answer::Trickling => {
            head(stream, "200 OK", 1 << 30, "")?;
            loop {
                stream.write_all(&[0])?;
                thread::sleep(Duration::from_millis(5));
            }
        }
        Answer::Silent => until_hung_up(stream),
        Answer::InTurn(answers) => send(stream, &answers[turn.min(answers.len() - 1)], start, turn),
    }
}

fn head(stream: &mut TcpStream, status: &str, length: usize, more: &str) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{more}Connection: close\r\n\r\n"
    )
}

fn half(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    head(stream, "200 OK", body.len(), "")?;
    stream.write_all(&body[..body.len() / 2])
}

fn rest(stream: &mut TcpStream, body: &[u8], start: usize) -> io::Result<()> {
    let (last, all) = (body.len() - 1, body.len());
    let range = format!("Content-Range: bytes {start}-{last}/{all}\r\n");
    head(stream, "206 Partial Content", all - start, &range)?;
    stream.write_all(&body[start..])
}

fn until_hung_up(stream: &mut TcpStream) -> io::Result<()> {
    stream.read(&mut [0]).map(|_| ())
}
