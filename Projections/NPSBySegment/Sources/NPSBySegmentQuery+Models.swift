import LedgerCore

extension NPSBySegmentQuery {
    /// The models that gave outputs, in ascending order; whatever the lens.
    public func models() throws -> [ModelVersion] {
        try state.withValue(StateKey.models) { bytes in
            guard bytes.count.isMultiple(of: MemoryLayout<ModelVersion>.size) else {
                throw DamagedState("the list of models")
            }
            var reader = BlobReader(bytes: bytes)
            return reader.column(bytes.count / MemoryLayout<ModelVersion>.size).sorted()
        } ?? []
    }
}
