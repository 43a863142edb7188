# The machine code that starts a process (x86-64), mapped into our own process from the image that it then executes.
#   as -o code.o Starter.x64.s && objcopy -O binary -j .text code.o code.bin
# gives the bytes in MachineCode.X64.cs; a test compares them when an assembler is installed.
#
# long start(clone_args* rdi, size_t rsi, state* rdx)
#
# The caller gets what clone3 returned. The child shares the caller's memory (CLONE_VM) while the caller's thread sleeps
# (CLONE_VFORK), and does three things: it marks all descriptors to be closed, except those that the program needs, and
# executes the image.
# It uses no stack, no libc and no thread-local storage.
#
# state, 56 bytes: 0 the error of execveat, 8 the caller's signal mask, 16 a mask of all signals,
#                  24 descriptors to keep (ints, the last one negative), 32 the image, 40 its arguments, 48 its environment
.intel_syntax noprefix
.text
.globl start
start:
    endbr64
    push rbx
    push r14
    push r15
    mov r14, rdx
    mov r15, rdi
    mov rbx, rsi
    # No handler of the runtime may run in the child: every signal stays blocked until the program lets them in.
    mov eax, 14             # rt_sigprocmask
    mov edi, 2              # SIG_SETMASK
    lea rsi, [r14+16]
    lea rdx, [r14+8]
    mov r10d, 8
    syscall
    mov rdi, r15
    mov rsi, rbx
    mov eax, 435            # clone3
    syscall
    test rax, rax
    jz child
    mov rbx, rax
    mov eax, 14
    mov edi, 2
    lea rsi, [r14+8]
    xor edx, edx
    mov r10d, 8
    syscall
    mov rax, rbx
    pop r15
    pop r14
    pop rbx
    ret
child:
    mov eax, 436            # close_range
    mov edi, 3
    mov esi, -1
    mov edx, 4              # CLOSE_RANGE_CLOEXEC
    syscall
    mov rbx, [r14+24]
keep:
    movsxd rdi, dword ptr [rbx]
    test edi, edi
    js execute
    mov eax, 72             # fcntl
    mov esi, 2              # F_SETFD
    xor edx, edx
    syscall
    add rbx, 4
    jmp keep
execute:
    mov eax, 322            # execveat
    mov rdi, [r14+32]
    lea rsi, [rip+empty]
    mov rdx, [r14+40]
    mov r10, [r14+48]
    mov r8d, 0x1000         # AT_EMPTY_PATH
    syscall
    mov [r14], rax
    mov edi, 127
    mov eax, 231            # exit_group
    syscall
    ud2
empty:
    .byte 0
