import ExternalTrainers
import ResultStore
import TestSupport
import Testing

/// Lock files in the shapes that their tools write.
@Suite struct LockedPackagesTests {
  @Test func `the packages of uv.lock are read, those of two versions with both`() {
    let text = """
      version = 1
      requires-python = ">=3.12"

      [[package]]
      name = "Torch_Vision"
      version = "0.24.1"
      source = { registry = "https://pypi.org/simple" }
      dependencies = [
          { name = "torch", version = "2.9.1", marker = "sys_platform == 'linux'" },
      ]

      [[package]]
      name = "torch"
      version = "2.9.1+cpu"

      [[package]]
      name = "torch"
      version = "2.9.1"

      [package.metadata]
      name = "no package"
      version = "9"

      [[package]]
      name = "our-trainer"
      source = { editable = "." }

      """
    #expect(
      LockedPackages(text: text).versions
        == ["torch": "2.9.1, 2.9.1+cpu", "torch-vision": "0.24.1"])
  }

  @Test func `poetry.lock and pylock.toml have the same shape`() {
    let poetry = """
      [[package]]
      name = "trl"
      version = "1.16.0"
      description = "name = \"other\""
      optional = false

      [package.dependencies]
      torch = ">=2.6"

      [metadata]
      lock-version = "2.1"

      """
    #expect(LockedPackages(text: poetry).versions == ["trl": "1.16.0"])
    let pylock = """
      lock-version = "1.0"
      [[packages]]
      name = "attrs"
      version = "25.1.0"
      [[packages.wheels]]
      name = "attrs-25.1.0-py3-none-any.whl"

      """
    #expect(LockedPackages(text: pylock).versions == ["attrs": "25.1.0"])
  }

  @Test func `pinned requirements are read, and nothing of another file`() {
    let text = """
      # by pip-compile
      --index-url https://pypi.org/simple
      torch[cuda]==2.9.1 ; python_version > '3.10' \\
          --hash=sha256:00
      numpy==2.3.5  # via torch
      trl>=1.0
      ./local

      """
    #expect(LockedPackages(text: text).versions == ["numpy": "2.3.5", "torch": "2.9.1"])
    #expect(LockedPackages(text: "a = 1\n{\"x\": 2}\n").versions == [:])
  }

  @Test func `a large file takes no longer than its size`() {
    let package = "[[package]]\nname = \"a\"\nversion = \"1\"\n"
    let text = String(repeating: package, count: 20_000) + String(repeating: "[", count: 100_000)
    let time = processorTime { #expect(LockedPackages(text: text).versions == ["a": "1"]) }
    #expect(time < .seconds(5))
  }
}
