using SharpBuild.Image.Compression;

namespace SharpBuild.Image.Layers;

/// <summary>One consumer of a <see cref="BlockPipe"/> as a stream to read from.</summary>
internal sealed class PipeReadStream(BlockPipe pipe, int consumer) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> block;
    private bool hasBlock;

    public override int Read(Span<byte> buffer)
    {
        if (block.IsEmpty)
        {
            if (hasBlock)
            {
                pipe.GiveBack(consumer);
            }

            block = pipe.Take(consumer);
            hasBlock = !block.IsEmpty;
        }

        var length = Math.Min(block.Length, buffer.Length);
        block.Span[..length].CopyTo(buffer);
        block = block[length..];
        return length;
    }
}
