Console.WriteLine("shop api at work");
