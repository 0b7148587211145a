package teams

// surfaceName is the stored name of the surface.
const surfaceName = "teams"
