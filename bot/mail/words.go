package mail

// What an e-mail says beside the words of its message.
const (
	wordsOpen    = "Open %s in Steward"
	wordsInbox   = "Open your inbox in Steward"
	wordsAccount = "Look at your accounts in Steward"
	wordsWhy     = "Steward sends this by itself, because no chat account of yours can be written to. Nothing is decided by an answer to this e-mail."
)
