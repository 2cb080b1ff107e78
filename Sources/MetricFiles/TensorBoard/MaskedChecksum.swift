/// Returns the masked CRC-32C of TFRecord files: a checksum of bytes that may hold checksums themselves.
///
/// Source: https://www.tensorflow.org/tutorials/load_data/tfrecord ("TFRecords format details"); the polynomial is
/// Castagnoli's, 0x1EDC6F41, here with its bits reversed.
package func maskedChecksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
  let checksum = checksum(of: bytes)
  return ((checksum >> 15) | (checksum << 17)) &+ 0xA282_EAD8
}

/// Returns the CRC-32C of bytes.
package func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
  var checksum: UInt32 = ~0
  for byte in bytes {
    checksum = (checksum >> 8) ^ table[Int(UInt8(truncatingIfNeeded: checksum) ^ byte)]
  }
  return ~checksum
}

/// The checksums of single bytes.
private let table: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { rest, _ in (rest >> 1) ^ (rest & 1 == 1 ? 0x82F6_3B78 : 0) }
}
