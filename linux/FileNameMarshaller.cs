using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace SharpBuild.Linux;

/// <summary>Hands names and paths to native code as <see cref="FileNames"/> writes them, with a zero byte at the end.</summary>
[CustomMarshaller(typeof(string), MarshalMode.ManagedToUnmanagedIn, typeof(Argument))]
internal static unsafe class FileNameMarshaller
{
    /// <summary>One argument of a call; short ones live on the stack.</summary>
    public ref struct Argument
    {
        private byte* native;
        private bool isAllocated;

        /// <summary>How much stack the caller lends.</summary>
        public static int BufferSize => 512;

        /// <summary>Writes the bytes.</summary>
        public void FromManaged(string? managed, Span<byte> buffer)
        {
            if (managed is null)
            {
                return;
            }

            var longest = FileNames.GetMaximumLength(managed) + 1;
            if (longest > buffer.Length)
            {
                native = (byte*)NativeMemory.Alloc((nuint)longest);
                isAllocated = true;
                buffer = new Span<byte>(native, longest);
            }
            else
            {
                native = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer));
            }

            var length = FileNames.Encode(managed, buffer);
            if (buffer[..length].Contains((byte)0))
            {
                // The kernel would take what stands before it for the whole: another file than the one that was looked at.
                throw new SyscallException("open", Errno.EINVAL, managed.Replace("\0", "\\0", StringComparison.Ordinal));
            }

            buffer[length] = 0;
        }

        /// <summary>Where they are.</summary>
        public readonly byte* ToUnmanaged() => native;

        /// <summary>Gives back what did not fit on the stack.</summary>
        public readonly void Free()
        {
            if (isAllocated)
            {
                NativeMemory.Free(native);
            }
        }
    }
}
