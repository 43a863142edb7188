using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("SharpBuild.UnitTests")]
[assembly: InternalsVisibleTo("SharpBuild.IntegrationTests")]
