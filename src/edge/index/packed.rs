//! Lists of ids as they lie in the index.

/// Ids in seven-bit groups, low first (LEB128): two bytes for most people.
pub fn pack(ids: impl Iterator<Item = i64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for id in ids {
        let mut rest = id.cast_unsigned();
        loop {
            let low = (rest & 0x7f) as u8;
            rest >>= 7;
            bytes.push(if rest == 0 { low } else { low | 0x80 });
            if rest == 0 {
                break;
            }
        }
    }
    bytes
}

/// The reverse of [`pack`].
pub fn unpack(bytes: &[u8]) -> Vec<i64> {
    let mut ids = Vec::new();
    let (mut id, mut shift) = (0_u64, 0);
    for byte in bytes {
        if shift < 64 {
            id |= u64::from(byte & 0x7f) << shift;
        }
        shift += 7;
        if byte & 0x80 == 0 {
            ids.push(id.cast_signed());
            (id, shift) = (0, 0);
        }
    }
    ids
}
