mkdir App; echo p >App/App.csproj; echo c >App/Program.cs
