Console.WriteLine("shop web at work");
