global using Pidgin;
global using static Pidgin.Parser;
global using static Pidgin.Parser<char>;
