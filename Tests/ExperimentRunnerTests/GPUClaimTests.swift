import ExperimentRunner
import Testing

/// The claims of GPUs among the processes of a machine.
@Suite struct GPUClaimTests {
  @Test func `a device has one name on a machine, and one of its own in each job of a scheduler`() {
    #expect(GPUClaim.name(of: "0", in: ["PATH": "/bin"]) == "0")
    #expect(GPUClaim.name(of: "MIG-1/2", in: [:]) == "MIG-1-2")
    // Two jobs on one node each see the GPU that they were given as device 0.
    #expect(GPUClaim.name(of: "0", in: ["SLURM_JOB_ID": "17"]) == "0-17")
    #expect(GPUClaim.name(of: "0", in: ["SLURM_JOB_ID": "18"]) == "0-18")
    #expect(GPUClaim.name(of: "0", in: ["LSB_JOBID": "5", "LSB_JOBINDEX": "2"]) == "0-5-2")
    #expect(GPUClaim.name(of: "0", in: ["PBS_JOBID": "12[3].host"]) == "0-12-3--host")
  }

  @Test func `a device that is claimed is not handed out again until its claim ends`() throws {
    let device = "test-\(UInt32.random(in: .min ... .max))"
    let first = try #require(GPUClaim.claims(1, of: [device]))
    #expect(first.map(\.device) == [device])
    #expect(GPUClaim.claims(1, of: [device]) == nil)
    withExtendedLifetime(first) {}
  }
}
