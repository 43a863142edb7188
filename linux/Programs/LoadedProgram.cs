using System.Runtime.InteropServices;

namespace SharpBuild.Linux.Programs;

/// <summary>A program in memory that does not move, ready to be run by the stub or by an interpreter.</summary>
/// <remarks>The child of a run writes its results here, also when it has its own process id: they share the memory until exec.</remarks>
internal sealed unsafe class LoadedProgram : IDisposable
{
    private readonly SyscallProgram program;
    private readonly byte* block;

    public LoadedProgram(SyscallProgram program)
    {
        this.program = program;
        var size = (program.Count * sizeof(SyscallOperation)) + program.Content.Length;
        block = (byte*)NativeMemory.Alloc((nuint)size);
        Start = (SyscallOperation*)block;
        Data = block + (program.Count * sizeof(SyscallOperation));
        program.Content.CopyTo(new Span<byte>(Data, program.Content.Length));
        Relocate();
        Write();
    }

    public SyscallOperation* Start { get; }

    public SyscallOperation* End => Start + program.Count;

    private byte* Data { get; }

    public long ResultOf(int index) => Start[index].Result;

    public void Dispose() => NativeMemory.Free(block);

    private void Relocate()
    {
        foreach (var offset in program.Addresses)
        {
            *(long*)(Data + offset) += (long)Data;
        }
    }

    private void Write()
    {
        var operations = program.Operations;
        for (var index = 0; index < operations.Length; index++)
        {
            ref readonly var source = ref operations[index];
            var target = Start + index;
            target->Number = (long)source.Call;
            target->Result = 0;
            target->Tolerated = source.Tolerated;
            target->Advance = source.Advance;
            target->Indirect = 0;
            for (var position = 0; position < SyscallOperation.ArgumentCount; position++)
            {
                var operand = source.Arguments[position];
                target->Arguments[position] = operand.Kind switch
                {
                    OperandKind.Data => (long)(Data + operand.Value),
                    OperandKind.Result => (long)&Start[operand.Value].Result,
                    _ => operand.Value,
                };
                target->Indirect |= operand.Kind == OperandKind.Result ? 1u << position : 0;
            }
        }
    }
}
