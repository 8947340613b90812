//! Text cut into gzip files, and the bare decompression that a scan of them can't be faster than.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use libdeflater::{CompressionLvl, Compressor, Decompressor};

/// The files that a text is cut into.
const FILE_COUNT: u64 = 64;
const LEVEL: i32 = 6;
const WORKERS: u64 = 2;

/// The files to decompress.
#[derive(Args)]
pub(crate) struct Options {
    /// A folder of gzip files.
    folder: PathBuf,
}

/// Cuts `text` at line ends into 64 gzip files under `folder`, each with the header line.
pub(crate) fn split(text: &Path, header: &str, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let cuts = cuts(text, header.len() as u64)?;
    let work = |worker: u64| -> Result<()> {
        let mine =
            cuts.windows(2).enumerate().filter(|(place, _)| *place as u64 % WORKERS == worker);
        mine.into_iter().try_for_each(|(place, cut)| {
            let bytes = part(text, header, cut[0], cut[1])?;
            let name = format!("{place:02}.log.gz");
            fs::write(folder.join(name), compress(&bytes)?).context("writing a gzip file")
        })
    };
    thread::scope(|scope| {
        let mut workers = Vec::new();
        for worker in 0..WORKERS {
            workers.push(scope.spawn(move || work(worker)));
        }
        workers.into_iter().try_for_each(|worker| {
            worker.join().map_err(|_| anyhow::anyhow!("a compressing thread panicked"))?
        })
    })
}

/// The places of the line starts nearest after each even cut, from the header's end to the end.
fn cuts(text: &Path, header_bytes: u64) -> Result<Vec<u64>> {
    let mut reader = BufReader::new(File::open(text)?);
    let length = reader.seek(SeekFrom::End(0))?;
    let mut cuts = vec![header_bytes];
    for part in 1..FILE_COUNT {
        let aim = header_bytes + (length - header_bytes) * part / FILE_COUNT;
        reader.seek(SeekFrom::Start(aim))?;
        let rest = reader.skip_until(b'\n')?;
        cuts.push(aim + rest as u64);
    }
    cuts.push(length);
    Ok(cuts)
}

fn part(text: &Path, header: &str, from: u64, to: u64) -> Result<Vec<u8>> {
    let mut file = File::open(text)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = header.as_bytes().to_vec();
    file.take(to - from).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let level = CompressionLvl::new(LEVEL).map_err(|_| anyhow::anyhow!("no such level"))?;
    let mut compressor = Compressor::new(level);
    let mut packed = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let length = compressor.gzip_compress(bytes, &mut packed)?;
    packed.truncate(length);
    Ok(packed)
}

/// Decompresses every file of a folder on one thread and prints the number of bytes.
pub(crate) fn inflate(options: &Options) -> Result<()> {
    let mut decompressor = Decompressor::new();
    let mut plain = Vec::new();
    let mut total = 0;
    for entry in fs::read_dir(&options.folder)? {
        let packed = fs::read(entry?.path())?;
        plain.resize(plain.len().max(plain_length(&packed)?), 0);
        total += decompressor.gzip_decompress(&packed, &mut plain)?;
    }
    println!("{{\"bytes\":{total}}}");
    Ok(())
}

/// The length that the last four bytes of a gzip file state.
fn plain_length(packed: &[u8]) -> Result<usize> {
    let tail = packed.last_chunk::<4>();
    ensure!(packed.starts_with(&[0x1f, 0x8b]), "not a gzip file");
    let length = u32::from_le_bytes(*tail.context("a gzip file has a tail")?);
    usize::try_from(length).context("more than this machine can hold")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_comes_back() {
        let text = b"a line\n".repeat(100);
        let packed = compress(&text).expect("compressed");
        let mut plain = vec![0; plain_length(&packed).expect("a length")];
        let length = Decompressor::new().gzip_decompress(&packed, &mut plain).expect("plain");
        assert_eq!(&plain[..length], text);
    }
}
