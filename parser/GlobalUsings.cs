// The only file that changes when the grammars move to the Pidgin package: its names live in these places there.
global using SharpBuild.Parser.Combinators;
global using static SharpBuild.Parser.Combinators.Parser;
global using static SharpBuild.Parser.Combinators.Parser<char>;
