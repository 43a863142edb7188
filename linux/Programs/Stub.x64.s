# The machine code of ProgramStub (x86-64). Documentation: the bytes in ProgramStub.cs are what this assembles to,
#   as -o stub.o Stub.x64.s && objcopy -O binary -j .text stub.o stub.bin
# and a test compares them when an assembler is installed.
#
# long stub(clone_args* rdi, size_t rsi, op* rdx, op* end rcx, state* r8)
#
# The caller gets what clone3 returned. The child runs the operations one after the other and never returns:
# the last one is an execve. It uses no stack, no libc and no thread-local storage, so that it may share the
# caller's memory (CLONE_VM) while the caller's thread sleeps (CLONE_VFORK).
#
# op, 80 bytes:    0 call number, 8 six arguments, 56 result, 64 tolerated errors (bit 0: any, bit n: errno n),
#                  72 (int) operations to go on after a tolerated error, 76 (int) arguments that are addresses of values
# state, 24 bytes: 0 the operation that failed, 8 the caller's signal mask, 16 a mask of all signals
.intel_syntax noprefix
.text
.globl stub
stub:
    endbr64
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov r12, rdx
    mov r13, rcx
    mov r14, r8
    mov r15, rdi
    mov rbx, rsi
    # No handler of the runtime may run in the child: block every signal until the child has reset them.
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
    jz next
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
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret
next:
    cmp r12, r13
    jae quit
    mov ebp, [r12+76]
    mov rdi, [r12+8]
    bt ebp, 0
    jnc 1f
    mov rdi, [rdi]
1:  mov rsi, [r12+16]
    bt ebp, 1
    jnc 2f
    mov rsi, [rsi]
2:  mov rdx, [r12+24]
    bt ebp, 2
    jnc 3f
    mov rdx, [rdx]
3:  mov r10, [r12+32]
    bt ebp, 3
    jnc 4f
    mov r10, [r10]
4:  mov r8, [r12+40]
    bt ebp, 4
    jnc 5f
    mov r8, [r8]
5:  mov r9, [r12+48]
    bt ebp, 5
    jnc 6f
    mov r9, [r9]
6:  mov rax, [r12]
    syscall
    mov [r12+56], rax
    cmp rax, -4095
    jae failed
    add r12, 80
    jmp next
failed:
    mov rdx, [r12+64]
    test dl, 1
    jnz tolerate
    neg rax
    cmp rax, 63
    ja fatal
    bt rdx, rax
    jnc fatal
tolerate:
    movsxd rax, dword ptr [r12+72]
    imul rax, rax, 80
    add r12, rax
    jmp next
fatal:
    mov [r14], r12
quit:
    mov edi, 127
    mov eax, 231            # exit_group
    syscall
    ud2
