using System.Diagnostics;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using Xunit;

namespace SharpBuild.UnitTests.Linux;

public sealed class ProgramStubTests
{
    private const CloneFlags Plain = CloneFlags.SharedMemory | CloneFlags.WaitForExec;

    [Fact]
    public void The_bytes_are_what_the_source_beside_them_assembles_to()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/as") && File.Exists("/usr/bin/objcopy"), "needs binutils");
        var directory = Directory.CreateTempSubdirectory("sharpbuild-stub-").FullName;
        Run("as", "-o", $"{directory}/stub.o", Path.Combine(Repository.Root, "linux/Programs/Stub.x64.s"));
        Run("objcopy", "-O", "binary", "-j", ".text", $"{directory}/stub.o", $"{directory}/stub.bin");

        var assembled = File.ReadAllBytes($"{directory}/stub.bin");
        TreeRemover.Remove(directory);

        Assert.Equal(assembled, ProgramStub.Code.ToArray());
    }

    [Fact]
    public void A_program_executes_a_command()
    {
        var program = new SyscallProgram();
        program.UnblockSignals();
        program.Execute("/bin/sh", program.TextArray(["sh", "-c", "exit $1", "sh", "5"]), program.TextArray([]));

        Assert.Equal(5, RunToEnd(program).Code);
    }

    [Fact]
    public void A_result_can_be_the_argument_of_a_later_call()
    {
        var (reader, writer) = Pipes.Create();
        var program = new SyscallProgram();
        var copy = program.Add((SyscallNumber)32, "dup", writer);
        program.Add(SyscallNumber.Write, "the pipe", copy, program.Text("hi"), 2);
        program.Execute("/bin/true", program.TextArray(["true"]), program.TextArray([]));

        Assert.Equal(0, RunToEnd(program).Code);

        writer.Dispose();
        using var text = new StreamReader(new FileStream(reader, FileAccess.Read, 0));
        Assert.Equal("hi", text.ReadToEnd());
    }

    [Fact]
    public void A_failed_call_is_named_with_its_error_and_its_subject()
    {
        var program = new SyscallProgram();
        program.ChangeDirectory("/nowhere at all");

        var (code, failure) = RunToEnd(program);

        Assert.Equal(127, code);
        Assert.Equal(new ProgramFailure(0, "chdir", Errno.ENOENT, "/nowhere at all"), failure);
    }

    [Fact]
    public void A_tolerated_error_goes_on_after_the_skipped_calls()
    {
        var program = new SyscallProgram();
        program.ChangeDirectory("/nowhere at all");
        program.ChangeDirectory("/nowhere either");
        program.SkipFrom(0, Errno.ENOENT);
        program.ChangeDirectory("/");
        program.Execute("/bin/true", program.TextArray(["true"]), program.TextArray([]));

        Assert.Equal((0, null), RunToEnd(program));
    }

    [Fact]
    public void An_error_that_is_not_tolerated_ends_the_program()
    {
        var program = new SyscallProgram();
        program.ChangeDirectory("/nowhere at all");
        program.Tolerate(Errno.EACCES);

        Assert.Equal(Errno.ENOENT, RunToEnd(program).Failure!.Errno);
    }

    [Fact]
    public void A_signal_ends_a_process_with_128_and_its_number()
    {
        var program = new SyscallProgram();
        program.UnblockSignals();
        program.Execute("/bin/sh", program.TextArray(["sh", "-c", "kill -TERM $$"]), program.TextArray(["PATH=/bin:/usr/bin"]));

        Assert.Equal(143, RunToEnd(program).Code);
    }

    private static (int Code, ProgramFailure? Failure) RunToEnd(SyscallProgram program)
    {
        Assert.SkipUnless(ProgramStub.IsSupported, "no stub for this processor");
        using var run = ProgramStub.Start(program, Plain);
        using var process = run.TakeDescriptor();
        return (Processes.Wait(process).Code, run.Failure);
    }

    private static void Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(tool, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static class Repository
    {
        public static string Root { get; } = Find();

        private static string Find()
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Build.sln")))
            {
                directory = directory.Parent;
            }

            return directory?.FullName ?? Environment.GetEnvironmentVariable("SHARPBUILD_REPOSITORY") ?? "";
        }
    }
}
