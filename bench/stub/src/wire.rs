//! HTTP/1.1, as much of it as S3 clients speak.
use crate::openssl::Link;
use std::collections::HashMap;
use std::io::{Read, Write};

pub struct Request {
    pub method: String,
    pub bucket: String,
    pub key: String,
    pub query: HashMap<String, String>,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
    pub fn asks(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }
}

pub struct Wire {
    link: Link,
    buffer: Vec<u8>,
    at: usize,
}

impl Wire {
    pub fn new(link: Link) -> Wire {
        Wire { link, buffer: Vec::new(), at: 0 }
    }

    fn fill(&mut self) -> Option<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let had = self.buffer.len();
        self.buffer.resize(had + 65_536, 0);
        let got = self.link.read(&mut self.buffer[had..]).unwrap_or(0);
        self.buffer.truncate(had + got);
        (got > 0).then_some(())
    }

    fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.buffer[self.at..].windows(2).position(|pair| pair == b"\r\n") {
                let line = String::from_utf8_lossy(&self.buffer[self.at..self.at + end]).into_owned();
                self.at += end + 2;
                return Some(line);
            }
            self.fill()?;
        }
    }

    fn exact(&mut self, size: usize) -> Option<Vec<u8>> {
        let there = (self.buffer.len() - self.at).min(size);
        let mut body = Vec::with_capacity(size);
        body.extend_from_slice(&self.buffer[self.at..self.at + there]);
        self.at += there;
        body.resize(size, 0);
        self.link.read_exact(&mut body[there..]).ok()?;
        Some(body)
    }

    fn chunked(&mut self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Some(body);
            }
            body.extend(self.exact(size)?);
            self.line()?;
        }
    }

    pub fn request(&mut self) -> Option<Request> {
        let first = self.line()?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_string(), words.next()?.to_string());
        let mut headers = HashMap::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                headers.insert(name.to_ascii_lowercase(), value.trim().to_string());
            }
        }
        if headers.contains_key("expect") {
            self.link.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
        }
        let mut body = match headers.get("transfer-encoding") {
            Some(_) => self.chunked()?,
            None => self.exact(headers.get("content-length").and_then(|size| size.parse().ok()).unwrap_or(0))?,
        };
        if headers.get("x-amz-content-sha256").is_some_and(|hash| hash.starts_with("STREAMING")) {
            body = unwrapped(&body);
        }
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let path = decoded(path.trim_start_matches('/'), false);
        let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
        let pairs = query.split('&').filter(|part| !part.is_empty());
        let query = pairs
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (decoded(name, true), decoded(value, true)))
            .collect();
        Some(Request { method, bucket: bucket.into(), key: key.into(), query, headers, body })
    }

    pub fn send(&mut self, head: Vec<u8>, body: &[u8]) -> Option<()> {
        if body.len() <= 65_536 {
            let mut whole = head;
            whole.extend_from_slice(body);
            return self.link.write_all(&whole).ok();
        }
        self.link.write_all(&head).ok()?;
        self.link.write_all(body).ok()
    }
}

fn unwrapped(body: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(body.len()), 0);
    while let Some(end) = body[at..].windows(2).position(|pair| pair == b"\r\n") {
        let line = String::from_utf8_lossy(&body[at..at + end]).into_owned();
        let size = usize::from_str_radix(line.split(';').next().unwrap_or("0"), 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        out.extend_from_slice(&body[at + end + 2..at + end + 2 + size]);
        at += end + 4 + size;
    }
    out
}

fn decoded(text: &str, plus: bool) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while at < bytes.len() {
        let coded = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match coded.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(if plus && bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
