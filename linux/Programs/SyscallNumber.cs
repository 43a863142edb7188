namespace SharpBuild.Linux.Programs;

/// <summary>The numbers of the system calls that programs are made of (x86-64); the names are those of the manual pages.</summary>
public enum SyscallNumber
{
#pragma warning disable CS1591 // each is named after the manual page that documents it
    Read = 0,
    Write = 1,
    Close = 3,
    RtSigaction = 13,
    RtSigprocmask = 14,
    Ioctl = 16,
    Dup2 = 33,
    Socket = 41,
    Execve = 59,
    Chdir = 80,
    Fchdir = 81,
    Umask = 95,
    Setgroups = 116,
    Setresuid = 117,
    Setresgid = 119,
    Setsid = 112,
    Capset = 126,
    PivotRoot = 155,
    Prctl = 157,
    Mount = 165,
    Umount2 = 166,
    Sethostname = 170,
    Openat = 257,
    Mkdirat = 258,
    Mknodat = 259,
    Symlinkat = 266,
    Prlimit64 = 302,
    Seccomp = 317,
    OpenTree = 428,
    MoveMount = 429,
    Fsopen = 430,
    Fsconfig = 431,
    Fsmount = 432,
    CloseRange = 436,
    Openat2 = 437,
    MountSetattr = 442,
#pragma warning restore CS1591
}
