# The machine code of the program that becomes a container (x86-64): all of a static ELF file but its headers.
#   as -o code.o Interpreter.x64.s && objcopy -O binary -j .text code.o code.bin
# gives the bytes in MachineCode.X64.cs; a test compares them when an assembler is installed.
#
# Its one argument is the number of the descriptor of a table of system calls. It maps the table and performs the calls
# one after the other; the last one is an execve. It has no data, and no stack but the one that the kernel made.
#
# Whoever executes it without a table is a container that named /proc/self/exe as its command.
#
# table, mapped at 0x10000000: 0 the end of the operations, 8 the descriptor for reports, 16 a report, 32 the operations
# report, 16 bytes:            0 the operation that failed, 8 its error
# operation, 80 bytes:         0 call number, 8 six arguments, 56 result, 64 tolerated errors (bit 0: any, bit n: errno n),
#                              72 (int) operations to go on after a tolerated error, 76 (int) arguments that are addresses of values
.intel_syntax noprefix
.text
.globl _start
_start:
    cmp qword ptr [rsp], 2  # argc
    jne stranger
    mov rsi, [rsp+16]       # argv[1], a decimal number
    cmp byte ptr [rsi], 0
    je stranger
    xor ebx, ebx
digit:
    movzx eax, byte ptr [rsi]
    test eax, eax
    jz map
    sub eax, 48
    cmp eax, 9
    ja stranger
    imul ebx, ebx, 10
    add ebx, eax
    inc rsi
    jmp digit
map:
    mov eax, 8              # lseek
    mov edi, ebx
    xor esi, esi
    mov edx, 2              # SEEK_END
    syscall
    cmp rax, 32
    jl stranger
    mov rsi, rax
    mov eax, 9              # mmap
    mov edi, 0x10000000
    mov edx, 3              # PROT_READ | PROT_WRITE
    mov r10d, 0x12          # MAP_PRIVATE | MAP_FIXED
    mov r8d, ebx
    xor r9d, r9d
    syscall
    cmp rax, -4095
    jae stranger
    mov r14, rax
    lea r12, [r14+32]
    mov r13, [r14]
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
    # Every failure is reported; who reads the reports has the table, and knows which of them ended the program.
    neg rax
    mov rbx, rax
    mov [r14+16], r12
    mov [r14+24], rax
    mov eax, 1              # write
    mov rdi, [r14+8]
    lea rsi, [r14+16]
    mov edx, 16
    syscall
    mov rdx, [r12+64]
    test dl, 1
    jnz tolerate
    cmp rbx, 63
    ja quit
    bt rdx, rbx
    jnc quit
tolerate:
    movsxd rax, dword ptr [r12+72]
    imul rax, rax, 80
    add r12, rax
    jmp next
stranger:
    mov eax, 1
    mov edi, 2
    lea rsi, [rip+text]
    mov edx, offset length
    syscall
    mov edi, 126
    jmp exit
quit:
    mov edi, 127
exit:
    mov eax, 231            # exit_group
    syscall
    ud2
text:
    .ascii "sharpbuild: /proc/self/exe is no program of this container\n"
.set length, . - text
