using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("SharpBuild.UnitTests")]
