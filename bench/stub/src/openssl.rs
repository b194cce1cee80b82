//! The little of OpenSSL that a server needs.
use std::ffi::{c_char, c_int, c_long, c_uchar, c_void, CString};
use std::io::{Error, Read, Result, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;

extern "C" {
    fn MD5(data: *const c_uchar, size: usize, out: *mut c_uchar) -> *mut c_uchar;
    fn TLS_server_method() -> *const c_void;
    fn SSL_CTX_new(method: *const c_void) -> *mut c_void;
    fn SSL_CTX_use_certificate_chain_file(context: *mut c_void, file: *const c_char) -> c_int;
    fn SSL_CTX_use_PrivateKey_file(context: *mut c_void, file: *const c_char, kind: c_int) -> c_int;
    fn SSL_CTX_ctrl(context: *mut c_void, command: c_int, number: c_long, pointer: *mut c_void) -> c_long;
    fn SSL_new(context: *mut c_void) -> *mut c_void;
    fn SSL_set_fd(ssl: *mut c_void, fd: c_int) -> c_int;
    fn SSL_accept(ssl: *mut c_void) -> c_int;
    fn SSL_read(ssl: *mut c_void, buffer: *mut c_void, size: c_int) -> c_int;
    fn SSL_write(ssl: *mut c_void, buffer: *const c_void, size: c_int) -> c_int;
    fn SSL_free(ssl: *mut c_void);
}

pub fn md5(data: &[u8]) -> [u8; 16] {
    let mut out = [0u8; 16];
    unsafe { MD5(data.as_ptr(), data.len(), out.as_mut_ptr()) };
    out
}

/// A server's certificate and key.
pub struct Context(*mut c_void);
unsafe impl Send for Context {}
unsafe impl Sync for Context {}

impl Context {
    pub fn new(certificate: &str, key: &str) -> Context {
        let (certificate, key) = (CString::new(certificate).unwrap(), CString::new(key).unwrap());
        unsafe {
            let context = SSL_CTX_new(TLS_server_method());
            assert_eq!(SSL_CTX_use_certificate_chain_file(context, certificate.as_ptr()), 1, "no certificate");
            assert_eq!(SSL_CTX_use_PrivateKey_file(context, key.as_ptr(), 1), 1, "no key");
            SSL_CTX_ctrl(context, 33, 1 | 2, std::ptr::null_mut()); // partial writes, moving buffers
            Context(context)
        }
    }
}

/// One connection: plain, or with TLS over it.
pub enum Link {
    Plain(TcpStream),
    Tls(*mut c_void, #[allow(dead_code)] TcpStream), // held, so that the socket stays open
}
unsafe impl Send for Link {}

impl Link {
    pub fn new(stream: TcpStream, context: Option<&Context>) -> Option<Link> {
        stream.set_nodelay(true).ok()?;
        let Some(context) = context else { return Some(Link::Plain(stream)) };
        unsafe {
            let ssl = SSL_new(context.0);
            SSL_set_fd(ssl, stream.as_raw_fd());
            let link = Link::Tls(ssl, stream);
            (SSL_accept(ssl) == 1).then_some(link)
        }
    }
}

impl Read for Link {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match self {
            Link::Plain(stream) => stream.read(buffer),
            Link::Tls(ssl, _) => {
                let size = buffer.len().min(1 << 30) as c_int;
                Ok(unsafe { SSL_read(*ssl, buffer.as_mut_ptr().cast(), size) }.max(0) as usize)
            }
        }
    }
}

impl Write for Link {
    fn write(&mut self, buffer: &[u8]) -> Result<usize> {
        match self {
            Link::Plain(stream) => stream.write(buffer),
            Link::Tls(ssl, _) => {
                let size = buffer.len().min(1 << 30) as c_int;
                match unsafe { SSL_write(*ssl, buffer.as_ptr().cast(), size) } {
                    wrote if wrote > 0 => Ok(wrote as usize),
                    _ => Err(Error::other("TLS")),
                }
            }
        }
    }
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Link::Tls(ssl, _) = self {
            unsafe { SSL_free(*ssl) };
        }
    }
}
